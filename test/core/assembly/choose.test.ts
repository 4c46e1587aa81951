import { BuiltStack } from '../../../src/core/assembly/built';
import { chooseStacks } from '../../../src/core/assembly/choose';
import { AssemblyPlace } from '../../../src/core/assembly/place';
import { placedAssets } from '../../../src/core/assembly/placed';

const ROLE = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-';
const role = (kind: string) => `arn:aws:iam::111111111111:role/cdk-hnb659fds-${kind}-111111111111-eu-west-1`;

function place(own: Partial<AssemblyPlace> = {}): AssemblyPlace {
  return {
    environment: 'test',
    account: '111111111111',
    region: 'eu-west-1',
    partition: 'aws',
    regions: ['eu-west-1'],
    choice: {},
    forbidden: ['CDKToolkit', 'Pipeline'],
    deployRoleArn: role('deploy-role'),
    executionRoleArn: role('cfn-exec-role'),
    fileBucket: 'cdk-hnb659fds-assets-111111111111-eu-west-1',
    fileRoleArn: role('file-publishing-role'),
    imageRepository: 'cdk-hnb659fds-container-assets-111111111111-eu-west-1',
    imageRoleArn: role('image-publishing-role'),
    ...own,
  };
}

function stack(path: string, own: Partial<BuiltStack> = {}): BuiltStack {
  return {
    path,
    stage: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '',
    stackName: path.replaceAll('/', '-'),
    account: '111111111111',
    region: 'eu-west-1',
    template: { file: 't.json', sha256: 'x', bytes: 1 },
    parameters: {},
    tags: {},
    terminationProtection: false,
    notificationArns: [],
    dependsOn: [],
    files: [],
    images: [],
    deployRoleArn: `${ROLE}deploy-role-\${AWS::AccountId}-\${AWS::Region}`,
    executionRoleArn: role('cfn-exec-role'),
    ...own,
  };
}

const file = {
  title: 'Asset F',
  key: 'shop/assets/f.zip',
  sha256: 'a',
  bytes: 1,
  bucketName: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}',
  objectKey: '${AWS::Region}/f.zip',
  roleArn: `${ROLE}file-publishing-role-\${AWS::AccountId}-\${AWS::Region}`,
};
const image = {
  title: 'Image I',
  location: `1.dkr/x@sha256:${'b'.repeat(64)}`,
  repositoryName: 'cdk-hnb659fds-container-assets-111111111111-eu-west-1',
  region: 'eu-west-1',
  roleArn: role('image-publishing-role'),
};

describe('chooseStacks', () => {
  const names = (stacks: BuiltStack[], own: Partial<AssemblyPlace> = {}) => chooseStacks({ version: 1, stacks }, place(own)).map(({ stackName }) => stackName);

  it('takes the stacks of a Stage and of the Stages in it, after what they depend on', () => {
    const stacks = [stack('Test/Api', { dependsOn: ['Test/Data'] }), stack('Test/Inner/X'), stack('Test/Data'), stack('Testing/Y'), stack('Prod/Api', { account: '2' })];
    expect(names(stacks, { choice: { stage: 'Test' } })).toEqual(['Test-Data', 'Test-Api', 'Test-Inner-X']);
  });

  it('takes stacks by name and by the beginning of their names', () => {
    const stacks = [stack('Net'), stack('ShopData'), stack('ShopApi'), stack('Other')];
    expect(names(stacks, { choice: { names: ['Shop*', 'Net'] } })).toEqual(['Net', 'ShopData', 'ShopApi']);
  });

  it('refuses a stack that comes after one of a Region that is deployed to later', () => {
    const stacks = [stack('Site', { dependsOn: ['Certificate'] }), stack('Certificate', { region: 'us-east-1' })];
    expect(() => names(stacks, { regions: ['eu-west-1', 'us-east-1'] })).toThrow(
      'Stack Site (Site) in eu-west-1 comes after stack Certificate (Certificate) in us-east-1, and environment \'test\' is deployed in the order eu-west-1, us-east-1. '
      + 'Let env name us-east-1 and furtherRegions eu-west-1');
    expect(names(stacks, { regions: ['us-east-1', 'eu-west-1'] })).toEqual(['Site']);
  });

  it('takes by default those of the place\'s account and Region, and those for any', () => {
    const stacks = [stack('A'), stack('B', { account: '222222222222' }), stack('C', { region: 'us-east-1' }), stack('D', { account: undefined, region: undefined })];
    expect(names(stacks)).toEqual(['A', 'D']);
  });

  it('gives each Region of an environment its own stacks', () => {
    const stacks = [stack('S/Main'), stack('S/Certificate', { region: 'us-east-1', deployRoleArn: undefined, executionRoleArn: undefined }), stack('S/Any', { region: undefined })];
    const choice = { choice: { stage: 'S' }, regions: ['us-east-1', 'eu-west-1'] };
    expect(names(stacks, choice)).toEqual(['S-Main', 'S-Any']);
    expect(() => names(stacks, { choice: { stage: 'S' } })).toThrow('Stack S-Certificate (S/Certificate) is for us-east-1, and environment \'test\' is in eu-west-1. Add the Region to furtherRegions');
  });

  it.each<[string, BuiltStack[], Partial<AssemblyPlace>, string | RegExp]>([
    ['a Stage that is not there', [stack('Test/A')], { choice: { stage: 'Tset' } }, 'takes Stage \'Tset\', which the application does not have. It has Test.'],
    ['a name that is not there', [stack('A')], { choice: { names: ['B'] } }, /takes stack 'B', which the application does not have. It has A \(111111111111, eu-west-1\)/],
    ['a Stage\'s stack beyond the names', [stack('Test/A', { stackName: 'Other' })], { choice: { stage: 'Test', names: ['Test-*'] } }, 'Stack Other (Test/A) is of Stage \'Test\', and environment \'test\' may touch Test-* only'],
    ['no stack at all', [stack('A', { account: '2' })], {}, /gets no stack in eu-west-1. The application has A \(2, eu-west-1\)/],
    ['another account', [stack('Test/A', { account: '222222222222' })], { choice: { stage: 'Test' } }, 'is for account 222222222222, and environment \'test\' is in account 111111111111'],
    ['the bootstrap', [stack('CDKToolkit')], {}, 'Stack CDKToolkit (CDKToolkit) has the name of a stack that no application may touch'],
    ['the bootstrap by its stack\'s name', [stack('Harmless', { stackName: 'CDKToolkit' })], { choice: { names: ['*'] } }, 'no application may touch'],
    ['the pipeline\'s own stack', [stack('P', { stackName: 'Pipeline' })], {}, 'no application may touch'],
    ['a name that CloudFormation does not take', [stack('A', { stackName: 'a/*' })], {}, 'CloudFormation takes no such name'],
    ['one name twice', [stack('A', { stackName: 'X' }), stack('B', { stackName: 'X' })], {}, 'Two stacks of the application are called X: A and B'],
    ['another deploy role', [stack('A', { deployRoleArn: 'arn:aws:iam::111111111111:role/admin' })], {}, /its deploy role is arn:aws:iam::111111111111:role\/admin, and that of environment 'test' is .*is not obeyed/],
    ['another execution role', [stack('A', { executionRoleArn: role('x') })], {}, 'its CloudFormation execution role is'],
    ['another qualifier', [stack('A', { files: [{ ...file, bucketName: 'cdk-other-assets-111111111111-eu-west-1' }] })], {}, 'Asset F: its bucket is cdk-other-assets-111111111111-eu-west-1'],
    ['another bucket\'s Region', [stack('A', { files: [{ ...file, region: 'us-east-1' }] })], {}, 'its Region is us-east-1'],
    ['another publishing role', [stack('A', { files: [{ ...file, roleArn: role('other') }] })], {}, 'its publishing role is'],
    ['another repository', [stack('A', { images: [{ ...image, repositoryName: 'mine' }] })], {}, 'Image I: its repository is mine'],
    ['a circle', [stack('A', { dependsOn: ['B'] }), stack('B', { dependsOn: ['A'] })], {}, 'Stacks depend on one another in a circle: A -> B -> A'],
  ])('refuses %s', (_name, stacks, own, message) => {
    expect(() => names(stacks, own)).toThrow(message);
  });

  it('lets stacks say nothing about roles, and what is the place\'s own in any form', () => {
    expect(names([stack('A', { deployRoleArn: undefined, files: [file, { ...file, region: 'eu-west-1', roleArn: undefined }], images: [image] })])).toEqual(['A']);
  });

  it('depends on stacks that are not the place\'s only in the application', () => {
    expect(names([stack('A', { dependsOn: ['Elsewhere'] }), stack('Elsewhere', { account: '2' })])).toEqual(['A']);
  });
});

describe('placedAssets', () => {
  it('names each asset once, in the place', () => {
    expect(placedAssets(stack('A', { files: [file, file], images: [image, image] }), place())).toEqual({
      files: [{ title: 'Asset F', key: 'shop/assets/f.zip', sha256: 'a', bytes: 1, objectKey: 'eu-west-1/f.zip' }],
      images: [{ title: 'Image I', location: image.location, tag: 'b'.repeat(64) }],
    });
  });
});
