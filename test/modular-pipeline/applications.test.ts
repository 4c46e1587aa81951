import { Match } from 'aws-cdk-lib/assertions';
import { ApplicationStacks, Component, DeploymentEnvironment } from '../../src';
import { deliveryFile, environment, environmentsFile, OTHER_ACCOUNT, REGION, testPipeline } from '../support/constructs';

const withApp = (environments: DeploymentEnvironment[], props: { images?: boolean } = {}) => testPipeline({
  components: [Component.cdkApp('app', { path: 'app', ...props })], environments,
});
const taking = (stacks: ApplicationStacks | undefined, more: Partial<DeploymentEnvironment> = {}) => environment('prod', {
  env: { account: OTHER_ACCOUNT, region: REGION }, ...(stacks === undefined ? {} : { applications: { app: stacks } }), ...more,
});

describe('an environment and a CDK application', () => {
  it('says which stacks it takes, and by which bootstrap, when the pipeline is synthesized', () => {
    const made = withApp([taking({ stage: 'Prod' })]);
    const [{ applications }] = environmentsFile(made);
    expect(applications).toEqual([{
      component: 'app',
      tags: {},
      place: {
        environment: 'prod',
        account: OTHER_ACCOUNT,
        region: REGION,
        partition: 'aws',
        regions: [REGION],
        choice: { stage: 'Prod', names: ['Prod-*'] },
        forbidden: ['CDKToolkit'],
        deployRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-deploy-role-${OTHER_ACCOUNT}-${REGION}`,
        executionRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${OTHER_ACCOUNT}-${REGION}`,
        fileBucket: `cdk-hnb659fds-assets-${OTHER_ACCOUNT}-${REGION}`,
        fileRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-file-publishing-role-${OTHER_ACCOUNT}-${REGION}`,
        imageRepository: `cdk-hnb659fds-container-assets-${OTHER_ACCOUNT}-${REGION}`,
        imageRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-image-publishing-role-${OTHER_ACCOUNT}-${REGION}`,
      },
    }]);
    expect(deliveryFile(made).places.prod).toMatchObject({ stackNames: ['Prod-*'], assets: { fileBucket: `cdk-hnb659fds-assets-${OTHER_ACCOUNT}-${REGION}` } });
  });

  it.each<[string, ApplicationStacks | undefined, object, string[]]>([
    ['nothing', undefined, {}, ['*']],
    ['names', { stackNames: ['Net', 'Shop-*'] }, { names: ['Net', 'Shop-*'] }, ['Net', 'Shop-*']],
    ['a Stage in a Stage', { stage: 'Eu/Prod' }, { stage: 'Eu/Prod', names: ['Eu-Prod-*'] }, ['Eu-Prod-*']],
    ['a Stage whose stacks have other names', { stage: 'Prod', stackNames: ['Shop-*'] }, { stage: 'Prod', names: ['Shop-*'] }, ['Shop-*']],
  ])('takes stacks by %s', (_name, stacks, choice, names) => {
    const made = withApp([taking(stacks)]);
    expect(environmentsFile(made)[0]!.applications![0]!.place.choice).toEqual(choice);
    expect(deliveryFile(made).places.prod!.stackNames).toEqual(names);
  });

  it('never touches the pipeline\'s own stack', () => {
    const [{ applications }] = environmentsFile(withApp([environment('test')]));
    expect(applications![0]!.place.forbidden).toEqual(['CDKToolkit', 'Stack']);
  });

  it.each<[string, Partial<DeploymentEnvironment>, string]>([
    ['an unknown application', { applications: { other: {} } }, 'applications names "other", which is no component of the kind Component.cdkApp: name one of "app"'],
    ['an empty list', { applications: { app: { stackNames: [] } } }, 'stackNames is empty'],
    ['a star in the middle', { applications: { app: { stackNames: ['A*B'] } } }, 'stackNames has "A*B": it takes names of stacks, or beginnings'],
    ['a star alone', { applications: { app: { stackNames: ['*'] } } }, 'stackNames has "*"'],
    ['a Stage that is no path', { applications: { app: { stage: '/Prod' } } }, 'stage is "/Prod": it takes the path of a Stage'],
  ])('refuses %s', (_name, more, message) => {
    expect(() => withApp([taking(undefined, more)])).toThrow(message);
  });

  it('lets the delivery act as the publishing roles, and read the store of this application alone', () => {
    const { template } = withApp([taking({ stage: 'Prod' })]);
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: Match.arrayWith([Match.objectLike({
        PolicyDocument: Match.objectLike({
          Statement: Match.arrayWith([
            Match.objectLike({ Action: 'sts:AssumeRole', Resource: Match.arrayWith([`arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-file-publishing-role-${OTHER_ACCOUNT}-${REGION}`]) }),
          ]),
        }),
      })]),
    });
    expect(JSON.stringify(template.toJSON())).toContain('shop/components/app/assets/*');
    expect(template.findResources('AWS::ECR::Repository')).toEqual({});
  });

  it('has a repository and Docker where the application has images', () => {
    const { template } = withApp([taking({ stage: 'Prod' })], { images: true });
    template.resourceCountIs('AWS::ECR::Repository', 1);
    template.hasResourceProperties('AWS::CodeBuild::Project', { Environment: Match.objectLike({ PrivilegedMode: true }) });
  });

  it('is built by the CDK that the application pins, without look-ups', () => {
    const { pipeline } = withApp([taking(undefined)]);
    expect(pipeline.catalogue._bound('app').settings.buildCommands).toEqual(['npm ci', "npx cdk synth --quiet --no-lookups --output 'cdk.out'"]);
  });
});
