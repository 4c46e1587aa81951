import {
  CloudFormationClient, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand, paginateDescribeStackEvents,
  paginateListImports, paginateListStackResources, Stack, StackEvent,
} from '@aws-sdk/client-cloudformation';
import { LeftBehindStack } from './left-behind';
import { InputError } from '../errors';
import { parseTemplate } from '../yaml';

/** A resource that goes with its stack, or stays. */
export interface DoomedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Its deletion policy, where it is not simply deleted. */
  readonly policy?: string;
}

/** How often the stack is looked at while it is deleted. */
const LOOK_MS = 5_000;

/** Deletes a stack by its ARN: a stack that was created again under its name is another. */
export class StackDeletion {
  public constructor(
    private readonly client: CloudFormationClient, private readonly stack: LeftBehindStack, private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {}

  /**
   * What would be deleted; nothing where the stack is deleted already.
   * @throws InputError where it cannot be, or something still uses it
   */
  public async look(): Promise<readonly DoomedResource[] | undefined> {
    const { stackName, stackId } = this.stack;
    const described = await this.describe();
    if (described === undefined) {
      return undefined;
    }
    if (described.EnableTerminationProtection === true) {
      throw new InputError(`Stack ${stackName} is protected against deletion. Take that away by "aws cloudformation update-termination-protection --no-enable-termination-protection".`);
    }
    if (described.StackStatus?.endsWith('_IN_PROGRESS') && described.StackStatus !== 'DELETE_IN_PROGRESS' && described.StackStatus !== 'REVIEW_IN_PROGRESS') {
      throw new InputError(`Stack ${stackName} is ${described.StackStatus}: an operation is under way. Try again when it is done.`);
    }
    const users = (await Promise.all((described.Outputs ?? []).map(async ({ ExportName: name }) => (
      name === undefined ? [] : (await this.importsOf(name)).map((user) => `- ${name}: ${user}`))))).flat();
    if (users.length > 0) {
      throw new InputError(`Stacks still import what stack ${stackName} exports. First deliver these without that:\n${users.join('\n')}`);
    }
    const policies = await this.policies();
    const resources: DoomedResource[] = [];
    for await (const { StackResourceSummaries: page = [] } of paginateListStackResources({ client: this.client }, { StackName: stackId })) {
      for (const { LogicalResourceId: logicalId, ResourceType: type, ResourceStatus: status } of page) {
        if (status !== 'DELETE_COMPLETE') {
          const policy = policies[logicalId!];
          resources.push({ logicalId: logicalId!, type: type!, ...(policy === undefined || policy === 'Delete' ? {} : { policy }) });
        }
      }
    }
    return resources;
  }

  /**
   * Deletes the stack and follows that to its end. The status may still be that of an earlier deletion that failed: what failed is taken from events that
   * came since.
   * @throws InputError with what could not be deleted
   */
  public async run(): Promise<void> {
    const { stackName, stackId } = this.stack;
    const { StackEvents: [last] = [] } = await this.client.send(new DescribeStackEventsCommand({ StackName: stackId }));
    await this.client.send(new DeleteStackCommand({ StackName: stackId }));
    for (;;) {
      const described = await this.describe();
      if (described === undefined) {
        return;
      }
      const failed = described.StackStatus === 'DELETE_FAILED' ? await this.failuresAfter(last?.EventId) : [];
      const own = failed.find((event) => event.PhysicalResourceId === stackId);
      if (own !== undefined) {
        const resources = failed.filter((event) => event !== own);
        throw new InputError(`Stack ${stackName} could not be deleted:\n${(resources.length > 0 ? resources : [own]).map(failureLine).join('\n')}`);
      }
      await this.sleep(LOOK_MS);
    }
  }

  /** The stack; nothing where it is deleted. */
  private async describe(): Promise<Stack | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.client.send(new DescribeStacksCommand({ StackName: this.stack.stackId }));
      return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
    } catch (error) {
      // CloudFormation forgets deleted stacks after 90 days.
      if (isValidationError(error, 'does not exist')) {
        return undefined;
      }
      throw error;
    }
  }

  private async importsOf(name: string): Promise<string[]> {
    const users: string[] = [];
    try {
      for await (const { Imports: page = [] } of paginateListImports({ client: this.client }, { ExportName: name })) {
        users.push(...page);
      }
    } catch (error) {
      if (!isValidationError(error, 'is not imported by any stack')) {
        throw error;
      }
    }
    return users;
  }

  /** Deletion policies by logical ID. */
  private async policies(): Promise<Readonly<Record<string, string | undefined>>> {
    const { TemplateBody: text = '' } = await this.client.send(new GetTemplateCommand({ StackName: this.stack.stackId, TemplateStage: 'Processed' }));
    const { Resources: resources = {} } = (parseTemplate(text) ?? {}) as { Resources?: Readonly<Record<string, { DeletionPolicy?: string }>> };
    return Object.fromEntries(Object.entries(resources).map(([id, { DeletionPolicy: policy }]) => [id, policy]));
  }

  /** Deletions of resources, and of the stack itself, that failed after an event. */
  private async failuresAfter(last: string | undefined): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    for await (const { StackEvents: page = [] } of paginateDescribeStackEvents({ client: this.client }, { StackName: this.stack.stackId })) {
      const end = page.findIndex(({ EventId: id }) => id === last);
      events.push(...(end < 0 ? page : page.slice(0, end)));
      if (end >= 0) {
        break;
      }
    }
    return events.filter(({ ResourceStatus: status }) => status === 'DELETE_FAILED');
  }
}

function failureLine({ LogicalResourceId: id, ResourceType: type, ResourceStatusReason: reason = 'CloudFormation gives no reason' }: StackEvent): string {
  return `- ${id} (${type}): ${reason}`;
}

function isValidationError(error: unknown, text: string): boolean {
  return error instanceof Error && error.name === 'ValidationError' && error.message.includes(text);
}
