import {
  CloudFormationClient, CreateChangeSetCommand, CreateChangeSetInput, DeleteChangeSetCommand, DescribeStacksCommand, ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { DeploymentAnswer, DeploymentConfiguration, DeploymentEvent } from '../../src/contract/guarded-deployment';
import { destructions, refusedOf } from '../../src/core/change-set/guard';
import { failureOf, readChangeSet, resourceChanges, stateOf } from '../guard/change-set';
import { replaceChangeSet } from '../guard/completion';
import { assumeRole, RoleCredentials, SessionStatement } from '../shared/assumed-role';
import { Timing } from '../shared/timing';

export interface GuardedDeploymentProps {
  readonly configuration: DeploymentConfiguration;
  readonly sts: STSClient;
  readonly cloudFormationAs: (credentials: RoleCredentials, region: string) => CloudFormationClient;
  readonly timing: Timing;
}

const CHANGE_SET = 'guarded-deployment';

/** A stack of which only change sets exist so far. */
const EMPTY_STACK = 'REVIEW_IN_PROGRESS';

/** The steps of a state machine that deploys a stack, and refuses what would delete or replace its resources. */
export class GuardedDeployment {
  public constructor(private readonly props: GuardedDeploymentProps) {}

  public async handle(event: DeploymentEvent): Promise<DeploymentAnswer> {
    const { stackName, deployRoleArn, region } = this.props.configuration;
    const credentials = await assumeRole(this.props.sts, deployRoleArn, 'modular-pipeline-deployment', this.session());
    const client = this.props.cloudFormationAs(credentials, region);
    switch (event.step) {
      case 'prepare':
        return this.prepare(client, event.templateUrl);
      case 'inspect':
        return this.inspect(client);
      case 'reject':
        await client.send(new DeleteChangeSetCommand({ StackName: stackName, ChangeSetName: CHANGE_SET }));
        return { verdict: 'done' };
      case 'execute':
        await client.send(new ExecuteChangeSetCommand({ StackName: stackName, ChangeSetName: CHANGE_SET }));
        return { verdict: 'done' };
      case 'watch':
        return this.watch(client);
      default:
        throw new Error(`'${String((event as { step?: unknown }).step)}' is no step of a guarded deployment.`);
    }
  }

  private async prepare(client: CloudFormationClient, templateUrl: string | undefined): Promise<DeploymentAnswer> {
    const { stackName, executionRoleArn, capabilities, parameters } = this.props.configuration;
    if (templateUrl === undefined || !templateUrl.startsWith('https://')) {
      throw new Error(`The input's templateUrl has to be the https:// location of a template in S3, but is '${templateUrl}'.`);
    }
    const status = await stackStatus(client, stackName);
    const isNew = status === undefined || status === EMPTY_STACK;
    const input: CreateChangeSetInput = {
      StackName: stackName,
      ChangeSetName: CHANGE_SET,
      ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
      RoleARN: executionRoleArn,
      TemplateURL: templateUrl,
      IncludeNestedStacks: true,
      Capabilities: [...capabilities] as CreateChangeSetInput['Capabilities'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    };
    if (status === undefined) {
      await client.send(new CreateChangeSetCommand(input));
    } else {
      await replaceChangeSet(client, input, this.props.timing);
    }
    return { verdict: isNew ? 'create' : 'update' };
  }

  private async inspect(client: CloudFormationClient): Promise<DeploymentAnswer> {
    const { stackName, allowTypes: types, allowLogicalIds: logicalIds } = this.props.configuration;
    const changeSet = await readChangeSet(client, CHANGE_SET, stackName);
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

  private async watch(client: CloudFormationClient): Promise<DeploymentAnswer> {
    const { stackName } = this.props.configuration;
    const status = await stackStatus(client, stackName) ?? 'gone';
    if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') {
      return { verdict: 'done' };
    }
    // Cleaning up comes after a success, rolling back after a failure.
    if (status.endsWith('_IN_PROGRESS')) {
      return { verdict: 'pending' };
    }
    throw new Error(`Stack ${stackName} was not deployed: it is ${status}.`);
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
        Action: ['CreateChangeSet', 'DeleteChangeSet', 'DescribeChangeSet', 'DescribeStacks', 'ExecuteChangeSet'].map((action) => `cloudformation:${action}`),
        Resource: [stack(stackName), stack(`${stackName}-*`), `arn:${partition}:cloudformation:${region}:aws:transform/*`, `${own}:transform/*`],
      },
      // The change sets of nested stacks are known by their ARNs alone, and named after the root's.
      { Effect: 'Allow', Action: ['cloudformation:DescribeChangeSet'], Resource: [`${own}:changeSet/${CHANGE_SET}-*/*`] },
      { Effect: 'Allow', Action: ['iam:PassRole'], Resource: [executionRoleArn] },
      // CloudFormation reads templates with the caller's rights; where they are is the input's to say.
      { Effect: 'Allow', Action: ['s3:GetObject', 'kms:Decrypt'], Resource: ['*'] },
      { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [`arn:${partition}:ssm:${region}:${account}:parameter/*`] },
    ];
  }
}

/** Nothing where there is no stack of this name. */
async function stackStatus(client: CloudFormationClient, stackName: string): Promise<string | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return Stacks?.[0]?.StackStatus;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      return undefined;
    }
    throw error;
  }
}
