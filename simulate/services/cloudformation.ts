import { CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { Request } from './protocol';
import { StackLifecycle } from '../../local/engine/cloud-formation/lifecycle';
import { errorXml, parseForm, successXml } from '../../local/services/query-form';
import type { Response } from '../engine/task';

/** Events on a page. */
const PAGE = 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function form({ body }: Request): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : decoder.decode(body));
}

/** The operation that a request of the query protocol is. */
export function queryOperation(request: Request): string | undefined {
  return form(request).get('Action') ?? undefined;
}

function xml(statusCode: number, body: string): Response {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: encoder.encode(body) };
}

/** CloudFormation's API over the states of stacks. */
export class CloudFormation {
  public constructor(private readonly stacks: StackLifecycle) {}

  public async handle(operation: string, request: Request): Promise<Response> {
    const input = parseForm(form(request)) as Record<string, string | undefined>;
    try {
      return xml(200, successXml(operation, this.answer(operation, input), 'simulated'));
    } catch (error) {
      const { name, message, $fault: fault } = error as Error & { readonly $fault?: string };
      if (fault === undefined) {
        throw error;
      }
      // The names of CloudFormation's errors on the wire are those of its exceptions, without their ending.
      return xml(400, errorXml(name.replace(/Exception$/, name.startsWith('Already') ? 'Exception' : ''), message, 'simulated'));
    }
  }

  private answer(operation: string, input: Record<string, string | undefined>): object {
    const { StackName: stackName, ChangeSetName: changeSetName } = input;
    switch (operation) {
      case 'CreateChangeSet': return this.stacks.createChangeSet({
        ...input,
        IncludeNestedStacks: input.IncludeNestedStacks === 'true',
        // In a form, a list without elements is an empty text.
        Parameters: Array.isArray(input.Parameters) ? input.Parameters as unknown : [],
      } as unknown as CreateChangeSetInput);
      case 'DescribeChangeSet': return this.stacks.describeChangeSet(changeSetName!, stackName);
      case 'DeleteChangeSet':
        this.stacks.deleteChangeSet(changeSetName!, stackName);
        return {};
      case 'ExecuteChangeSet':
        this.stacks.executeChangeSet(changeSetName!, input.ClientRequestToken, stackName);
        return {};
      case 'DescribeStacks': return { Stacks: [this.stacks.describeStack(stackName!)] };
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
export function assumeAnyRole(operation: string): Response {
  return xml(200, successXml(operation, {
    Credentials: { AccessKeyId: 'role', SecretAccessKey: 'role', SessionToken: 'role', Expiration: new Date(Date.UTC(2099, 0)) },
  }, 'simulated'));
}
