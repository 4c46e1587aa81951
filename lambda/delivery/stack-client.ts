import {
  AlreadyExistsException, ChangeSetNotFoundException, CloudFormationClient, CreateChangeSetCommand, CreateChangeSetInput, DeleteChangeSetCommand,
  DescribeStackEventsCommand, DescribeStackEventsOutput, DescribeStacksCommand, ExecuteChangeSetCommand, InvalidChangeSetStatusException, Output, Stack,
  StackEvent as CloudFormationStackEvent, TokenAlreadyExistsException, UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { StackFacts } from '../../src/core/delivery/skipping';
import { conditionOf, StackCondition } from '../../src/core/delivery/stack-status';
import { failureCause, isNestedStack, StackEvent, tokenOutcome, TokenOutcome } from '../../src/core/delivery/token-outcome';
import { canonicalJson, sha256 } from '../../src/core/digest';

/** A stack at one moment. */
export interface StackLook {
  readonly condition: StackCondition;
  readonly status?: string;
  /** Absent where there is no stack, or only change sets of one that is still to be created. */
  readonly facts?: StackFacts;
  /** Values of its outputs, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of its exports. */
  readonly exports: readonly string[];
}

/** One operation on a stack. */
export interface StackOperation {
  readonly stackId: string;
  /** Token that it was asked for with. */
  readonly token: string;
  /** A moment before it began. */
  readonly since: Date;
}

/** How far CloudFormation's clock and the function's may be apart. */
const CLOCK_SLACK_MS = 300_000;

/** How deep the search for a failure's cause goes: CloudFormation's own limit for nested stacks is none, and ten levels are beyond any use. */
const MAX_DEPTH = 10;

/**
 * One stack, by the calls that a delivery needs. All name the stack, also where a change set is given by its ARN: the stack is what permissions are
 * given on.
 */
export class StackClient {
  public constructor(private readonly client: CloudFormationClient, private readonly stackName: string) {}

  public async look(): Promise<StackLook> {
    const stack = await this.describe();
    const status = stack?.StackStatus;
    const condition = conditionOf(status);
    if (stack === undefined || condition === 'absent') {
      return { condition, ...(status === undefined ? {} : { status }), outputs: {}, exports: [] };
    }
    const outputs = Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }: Output) => [OutputKey!, OutputValue ?? '']));
    return {
      condition,
      status,
      facts: {
        stackId: stack.StackId!,
        status: status!,
        updated: (stack.LastUpdatedTime ?? stack.CreationTime)!.toISOString(),
        outputsDigest: sha256(canonicalJson(outputs)),
      },
      outputs,
      exports: (stack.Outputs ?? []).flatMap(({ ExportName }: Output) => ExportName ?? []),
    };
  }

  /** Values of the parameters that the stack has now. */
  public async parameters(): Promise<Readonly<Record<string, string>>> {
    const { Parameters: parameters = [] } = await this.describe() ?? {};
    return Object.fromEntries(parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey!, ParameterValue ?? '']));
  }

  /** Makes a change set. The name holds the attempt's number, which is given once: one that exists is this attempt's, whose answer was lost. */
  public async create(input: CreateChangeSetInput): Promise<void> {
    try {
      await this.client.send(new CreateChangeSetCommand(input));
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) {
        throw error;
      }
    }
  }

  /** Deletes a change set. `refused`: it is being executed. One that is gone already is deleted. */
  public async delete(changeSet: string): Promise<'deleted' | 'refused'> {
    try {
      await this.client.send(new DeleteChangeSetCommand({ StackName: this.stackName, ChangeSetName: changeSet }));
    } catch (error) {
      if (error instanceof InvalidChangeSetStatusException) {
        return 'refused';
      }
      if (!(error instanceof ChangeSetNotFoundException) && !isMissing(error)) {
        throw error;
      }
    }
    return 'deleted';
  }

  /** Asks for the execution of a change set. `refused`: it is not executable now; the events of the token say whether it was executed already. */
  public async execute(changeSet: string, token: string): Promise<'asked' | 'refused'> {
    try {
      await this.client.send(new ExecuteChangeSetCommand({ StackName: this.stackName, ChangeSetName: changeSet, ClientRequestToken: token }));
      return 'asked';
    } catch (error) {
      if (error instanceof TokenAlreadyExistsException) {
        return 'asked';
      }
      if (error instanceof InvalidChangeSetStatusException || error instanceof ChangeSetNotFoundException) {
        return 'refused';
      }
      throw error;
    }
  }

  /** Protects the stack against deletion. Doing it again changes nothing. */
  public async protect(): Promise<void> {
    await this.client.send(new UpdateTerminationProtectionCommand({ StackName: this.stackName, EnableTerminationProtection: true }));
  }

  /** What became of an operation, by the stack's own events. */
  public async outcome({ stackId, token, since }: StackOperation): Promise<TokenOutcome> {
    return tokenOutcome(ofToken(await this.eventsOf(stackId, since), token), stackId, token);
  }

  /** Whether an operation is the last one that the stack saw. */
  public async isLast({ stackId, token, since }: StackOperation): Promise<boolean> {
    return (await this.eventsOf(stackId, since)).find(({ physicalId, logicalId }) => physicalId === stackId && logicalId !== '')?.token === token;
  }

  /** Why an operation failed: the resource and CloudFormation's reason, out of nested stacks too. */
  public async cause({ stackId, token, since }: StackOperation): Promise<string | undefined> {
    let cause: StackEvent | undefined;
    const path: string[] = [];
    let current: string | undefined = stackId;
    for (let depth = 0; current !== undefined && depth < MAX_DEPTH; depth++) {
      const events = await this.eventsOf(current, since);
      // Whether a nested stack's events carry its root's token is not documented.
      const own = ofToken(events, token);
      const found = failureCause(own.length > 0 || depth === 0 ? own : events);
      if (found === undefined) {
        break;
      }
      cause = found;
      path.push(found.logicalId);
      current = isNestedStack(found) ? found.physicalId : undefined;
    }
    return cause && `${path.join('/')} (${cause.type}) ${cause.status}: ${cause.reason ?? 'CloudFormation gives no reason'}`;
  }

  /** Events of a stack since a moment, the newest first. */
  private async eventsOf(stackId: string, since: Date): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    const oldest = since.getTime() - CLOCK_SLACK_MS;
    let next: string | undefined;
    do {
      const page = await this.eventsPage(stackId, next);
      const recent = (page.StackEvents ?? []).filter(({ Timestamp: time }) => time === undefined || time.getTime() >= oldest);
      events.push(...recent.map(toEvent));
      next = recent.length === (page.StackEvents ?? []).length ? page.NextToken : undefined;
    } while (next !== undefined && next !== '');
    return events;
  }

  /** A stack that is gone has no events, or none that can be read any more. */
  private async eventsPage(stackId: string, token: string | undefined): Promise<DescribeStackEventsOutput> {
    try {
      return await this.client.send(new DescribeStackEventsCommand({ StackName: stackId, NextToken: token }));
    } catch (error) {
      if (isMissing(error)) {
        return {};
      }
      throw error;
    }
  }

  private async describe(): Promise<Stack | undefined> {
    try {
      const { Stacks } = await this.client.send(new DescribeStacksCommand({ StackName: this.stackName }));
      return Stacks?.[0];
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }
}

/** CloudFormation has no exception of its own for a stack that does not exist. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}

function ofToken(events: readonly StackEvent[], token: string): StackEvent[] {
  return events.filter((event) => event.token === token);
}

function toEvent(event: CloudFormationStackEvent): StackEvent {
  return {
    stackId: event.StackId!,
    logicalId: event.LogicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    ...(event.ClientRequestToken === undefined ? {} : { token: event.ClientRequestToken }),
    ...(event.PhysicalResourceId === undefined ? {} : { physicalId: event.PhysicalResourceId }),
    ...(event.ResourceStatusReason === undefined ? {} : { reason: event.ResourceStatusReason }),
  };
}
