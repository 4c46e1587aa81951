import { CloudFormationClient, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { templateOfBuild } from './template-of-build';
import { DeploymentAnswer, DeploymentConfiguration, DeploymentEvent } from '../../src/contract/guarded-deployment';
import { destructions, refusedOf } from '../../src/core/change-set/guard';
import { describeStuck } from '../../src/core/delivery/stack-status';
import { sha256 } from '../../src/core/digest';
import { failureOf, readChangeSet, resourceChanges, stateOf } from '../delivery/change-set';
import { StackClient } from '../delivery/stack-client';
import { assumeRole, RoleCredentials, SessionStatement } from '../shared/assumed-role';

export interface GuardedDeploymentFunctionProps {
  readonly configuration: DeploymentConfiguration;
  readonly sts: STSClient;
  /** Of the pipeline's Region, where releases and builds are. */
  readonly s3: S3Client;
  readonly region: string;
  readonly cloudFormationAs: (credentials: RoleCredentials, region: string) => CloudFormationClient;
}

/** What the names of all change sets begin with. */
const CHANGE_SETS = 'guarded-deployment-';

/** One execution's change set and operation. */
interface Own {
  readonly client: CloudFormationClient;
  readonly stack: StackClient;
  /** Name of the change set, which no other execution has. */
  readonly changeSet: string;
  readonly token: string;
}

/** The steps of a state machine that deploys a stack, and refuses what would delete or replace its resources. */
export class GuardedDeploymentFunction {
  public constructor(private readonly props: GuardedDeploymentFunctionProps) {}

  public async handle(event: DeploymentEvent): Promise<DeploymentAnswer> {
    const { stackName, deployRoleArn, region } = this.props.configuration;
    const credentials = await assumeRole(this.props.sts, deployRoleArn, 'modular-pipeline-deployment', this.session());
    const client = this.props.cloudFormationAs(credentials, region);
    const token = sha256(event.execution);
    const own: Own = { client, stack: new StackClient(client, stackName), changeSet: `${CHANGE_SETS}${token.slice(0, 20)}`, token };
    switch (event.step) {
      case 'prepare':
        return this.prepare(own, await this.templateUrl(event));
      case 'inspect':
        return this.inspect(own);
      case 'reject':
        await own.stack.delete(own.changeSet);
        return { verdict: 'done' };
      case 'execute':
        return this.execute(own);
      case 'watch':
        return this.watch(own, new Date(event.started));
      default:
        throw new Error(`'${String((event as { step?: unknown }).step)}' is not a step of a guarded deployment.`);
    }
  }

  private async templateUrl({ templateUrl, release }: DeploymentEvent): Promise<string> {
    const { component } = this.props.configuration;
    if (component !== undefined) {
      return templateOfBuild(component, release, this.props);
    }
    if (templateUrl === undefined || !templateUrl.startsWith('https://')) {
      throw new Error(`The input's templateUrl has to be the https:// location of a template in S3, but is '${templateUrl}'.`);
    }
    return templateUrl;
  }

  private async prepare({ stack, changeSet, token }: Own, templateUrl: string): Promise<DeploymentAnswer> {
    const { stackName, executionRoleArn, capabilities, parameters } = this.props.configuration;
    const { condition, status } = await stack.look();
    if (condition === 'stuck' || condition === 'unknown') {
      throw new Error(describeStuck(stackName, status!));
    }
    const isNew = condition === 'absent';
    await stack.create({
      StackName: stackName,
      ChangeSetName: changeSet,
      ClientToken: token,
      ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
      RoleARN: executionRoleArn,
      TemplateURL: templateUrl,
      IncludeNestedStacks: true,
      Capabilities: [...capabilities] as CreateChangeSetInput['Capabilities'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    });
    return { verdict: isNew ? 'create' : 'update' };
  }

  private async inspect({ client, changeSet: name }: Own): Promise<DeploymentAnswer> {
    const { stackName, allowTypes: types, allowLogicalIds: logicalIds } = this.props.configuration;
    const changeSet = await readChangeSet(client, name, stackName);
    switch (changeSet && stateOf(changeSet.head)) {
      case 'pending':
        return { verdict: 'pending' };
      case 'empty':
        return { verdict: 'empty' };
      case 'ready': {
        const refused = refusedOf(destructions(await resourceChanges(client, changeSet!)), { types, logicalIds });
        return refused.length === 0 ? { verdict: 'safe' } : {
          verdict: 'refused',
          message: `Stack ${stackName} stays as it is, because:\n${refused.map(({ path, type, why }) => `- ${path} (${type}) ${why}`).join('\n')}`,
        };
      }
      default:
        throw new Error(`The change set of stack ${stackName} cannot be executed: ${changeSet === undefined ? 'it is gone' : await failureOf(client, changeSet)}`);
    }
  }

  private async execute({ client, stack, changeSet: name, token }: Own): Promise<DeploymentAnswer> {
    const { stackName } = this.props.configuration;
    const changeSet = await readChangeSet(client, name, stackName);
    // A retry of this step finds the change set executed, or gone with its execution's end: the token's events say which.
    if (changeSet !== undefined) {
      await stack.execute(changeSet.head.ChangeSetId!, token);
    }
    return { verdict: 'done' };
  }

  private async watch({ client, stack, changeSet, token }: Own, since: Date): Promise<DeploymentAnswer> {
    const { stackName } = this.props.configuration;
    const { facts } = await stack.look();
    if (facts === undefined) {
      throw new Error(`Stack ${stackName} was not deployed: it is gone.`);
    }
    const operation = { stackId: facts.stackId, token, since };
    const outcome = await stack.outcome(operation);
    switch (outcome.state) {
      case 'succeeded':
        return { verdict: 'done' };
      case 'running':
        return { verdict: 'pending' };
      case 'failed':
        throw new Error(`Stack ${stackName} was not deployed: ${await stack.cause(operation) ?? `it is ${outcome.status}`}`);
      case 'none':
        // The first event may take some seconds to show; the change set is there as long as nothing came of it.
        if (await readChangeSet(client, changeSet, stackName) !== undefined) {
          return { verdict: 'pending' };
        }
        throw new Error(`Stack ${stackName} was not deployed: others executed or deleted its change set.`);
    }
  }

  /** What the deployment may do of all that the deploy role may: with change sets of this stack and its nested stacks. */
  private session(): SessionStatement[] {
    const { account, region, stackName, deployRoleArn, executionRoleArn } = this.props.configuration;
    const partition = deployRoleArn.split(':')[1];
    const own = `arn:${partition}:cloudformation:${region}:${account}`;
    const stack = (name: string) => `${own}:stack/${name}/*`;
    return [
      {
        Effect: 'Allow',
        Action: ['CreateChangeSet', 'DeleteChangeSet', 'DescribeChangeSet', 'DescribeStackEvents', 'DescribeStacks', 'ExecuteChangeSet']
          .map((action) => `cloudformation:${action}`),
        Resource: [stack(stackName), stack(`${stackName}-*`), `arn:${partition}:cloudformation:${region}:aws:transform/*`, `${own}:transform/*`],
      },
      // The change sets of nested stacks are known by their ARNs alone, and named after the root's.
      { Effect: 'Allow', Action: ['cloudformation:DescribeChangeSet'], Resource: [`${own}:changeSet/${CHANGE_SETS}*/*`] },
      { Effect: 'Allow', Action: ['iam:PassRole'], Resource: [executionRoleArn] },
      // CloudFormation reads templates with the caller's rights; where they are is the input's to say.
      { Effect: 'Allow', Action: ['s3:GetObject', 'kms:Decrypt'], Resource: ['*'] },
      { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [`arn:${partition}:ssm:${region}:${account}:parameter/*`] },
    ];
  }
}
