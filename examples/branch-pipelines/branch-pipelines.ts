import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PREFIX } from './names';

export interface BranchPipelinesProps {
  readonly repository: codecommit.IRepository;
  /** After so long without a commit a branch's pipeline is removed; the next push makes it again. Whole days. */
  readonly expiresAfter: Duration;
}

/** Makes and removes the pipelines of feature branches. They are made by this app, from the folder `pipeline` of the repository's branch `main`. */
export class BranchPipelines extends Construct {
  private readonly key: kms.IKey;

  constructor(scope: Construct, id: string, { repository, expiresAfter }: BranchPipelinesProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', { enableKeyRotation: true, description: 'Projects that make and remove the pipelines of branches' });
    const make = this.project('Make', repository, 'scripts/make.sh', {});
    const remove = this.project('Remove', repository, 'scripts/remove.sh', {});
    const expire = this.project('Expire', repository, 'scripts/expire.sh', {
      DAYS: `${expiresAfter.toDays()}`, PREFIX, REPOSITORY: repository.repositoryName, REMOVE_PROJECT: remove.projectName,
    });
    expire.addToRolePolicy(new iam.PolicyStatement({ actions: ['codecommit:GetBranch', 'codecommit:GetCommit', 'codecommit:ListBranches'], resources: [repository.repositoryArn] }));
    expire.addToRolePolicy(new iam.PolicyStatement({ actions: ['codebuild:StartBuild'], resources: [remove.projectArn] }));

    const on = (name: string, event: string[], project: codebuild.IProject) => new events.Rule(this, name, {
      eventPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [repository.repositoryArn],
        detail: { event, referenceType: ['branch'], referenceName: [{ prefix: PREFIX }] },
      },
      targets: [new targets.CodeBuildProject(project, {
        event: events.RuleTargetInput.fromObject({
          environmentVariablesOverride: [{ name: 'BRANCH', type: 'PLAINTEXT', value: events.EventField.fromPath('$.detail.referenceName') }],
        }),
      })],
    });
    // An update makes a pipeline again that had expired; where it is there, nothing changes.
    on('Pushed', ['referenceCreated', 'referenceUpdated'], make);
    on('Deleted', ['referenceDeleted'], remove);
    new events.Rule(this, 'Daily', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.CodeBuildProject(expire)] });
  }

  private project(id: string, repository: codecommit.IRepository, script: string, variables: { readonly [name: string]: string }): codebuild.Project {
    const { account, region, partition } = Stack.of(this);
    const role = (kind: string) => `arn:${partition}:iam::${account}:role/cdk-hnb659fds-${kind}-role-${account}-${region}`;
    const project = new codebuild.Project(this, id, {
      source: codebuild.Source.codeCommit({ repository, branchOrRef: 'main' }),
      environment: { buildImage: codebuild.LinuxBuildImage.STANDARD_7_0 },
      encryptionKey: this.key,
      // Two at once of the same branch would be in each other's way.
      concurrentBuildLimit: 1,
      logging: { cloudWatch: { logGroup: new logs.LogGroup(this, `${id}Logs`, { retention: logs.RetentionDays.ONE_YEAR }) } },
      environmentVariables: Object.fromEntries(Object.entries({
        ...variables, DEPLOY_ROLE: role('deploy'), EXECUTION_ROLE: role('cfn-exec'),
      }).map(([name, value]) => [name, { value }])),
      buildSpec: codebuild.BuildSpec.fromObject({
        version: '0.2', env: { shell: 'bash' }, phases: { install: { 'runtime-versions': { nodejs: 22 } }, build: { commands: ['cd pipeline || exit 1', `bash ${script}`] } },
      }),
    });
    project.addToRolePolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['deploy', 'file-publishing', 'lookup'].map(role) }));
    const name = `<${Stack.of(this).getLogicalId(project.node.defaultChild as codebuild.CfnProject)}>`;
    const acknowledge = (finding: string, reason: string) => Validations.of(project).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
    acknowledge(`Resource::arn:<AWS::Partition>:codebuild:${region}:${account}:report-group/${name}-*`, 'CodeBuild names report groups after the project.');
    acknowledge(`Resource::arn:<AWS::Partition>:logs:${region}:${account}:log-group:/aws/codebuild/${name}:*`, 'Streams of the log get names when a build starts.');
    ['kms:ReEncrypt*', 'kms:GenerateDataKey*'].forEach((action) => acknowledge(`Action::${action}`, 'The project\'s key encrypts what its builds keep, and nothing else.'));
    return project;
  }
}
