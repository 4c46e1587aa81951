import { ChangeSetNotFoundException, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { StackLifecycle } from '../../local/engine/cloud-formation/lifecycle';
import type { AboutToExecute } from '../model/deliveries';

/** Events on a page. */
const PAGE = 20;

/** CloudFormation's API over the states of stacks. */
export class CloudFormation {
  public constructor(private readonly stacks: StackLifecycle) {}

  /** The change set that would be executed now; nothing where the answer would be another. */
  public executable({ ChangeSetName: name, StackName: stackName }: Record<string, string | undefined>): AboutToExecute | undefined {
    try {
      const { ChangeSetId: changeSetId, ExecutionStatus: status, Changes: changes = [] } = this.stacks.describeChangeSet(name!, stackName);
      return status === 'AVAILABLE' ? { stackName: stackName!, changeSetId: changeSetId!, changes } : undefined;
    } catch (error) {
      if (error instanceof ChangeSetNotFoundException || (error as Error).name === 'ValidationError') {
        return undefined;
      }
      throw error;
    }
  }

  public handle(operation: string, input: Record<string, string | undefined>): object {
    const { StackName: stackName, ChangeSetName: changeSetName } = input;
    switch (operation) {
      case 'CreateChangeSet': return this.stacks.createChangeSet(input as unknown as CreateChangeSetInput);
      case 'DescribeChangeSet': return this.stacks.describeChangeSet(changeSetName!, stackName);
      case 'DeleteChangeSet':
        this.stacks.deleteChangeSet(changeSetName!, stackName);
        return {};
      case 'ExecuteChangeSet':
        this.stacks.executeChangeSet(changeSetName!, input.ClientRequestToken, stackName);
        return {};
      case 'DescribeStacks': return { Stacks: [this.stacks.describeStack(stackName!)] };
      case 'GetTemplate': return { TemplateBody: this.stacks.live(stackName!)?.TemplateBody };
      case 'DescribeStackEvents': {
        const events = this.stacks.describeStackEvents(stackName!);
        const start = Number(input.NextToken ?? 0);
        return { StackEvents: events.slice(start, start + PAGE), ...(start + PAGE < events.length ? { NextToken: String(start + PAGE) } : {}) };
      }
      default: throw new Error(`CloudFormation's ${operation} is not simulated.`);
    }
  }
}

/** STS: every role may be assumed. */
export function assumeAnyRole(): object {
  return { Credentials: { AccessKeyId: 'role', SecretAccessKey: 'role', SessionToken: 'role', Expiration: new Date(Date.UTC(2099, 0)) } };
}
