import {
  CloudFormationClient, CloudFormationServiceException, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand, Stack,
} from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parsedTemplate } from './template';
import { NESTED_STACK } from '../../src/core/change-set/described-change';
import { ResourceChange } from '../../src/core/change-set/resource-change';
import { nestedValues, StackTree, withNestedChanges } from '../../src/core/delivery/nested-stacks';
import { s3Address } from '../../src/core/delivery/s3-address';
import { textOf } from '../../src/core/delivery/template-facts';
import { isRecord, isSame, part } from '../../src/core/delivery/template-inputs';
import { mapConcurrently } from '../shared/concurrency';
import { errorMessage, Logger } from '../shared/logger';

/** How deep nested stacks are looked into. */
const MAX_DEPTH = 10;

/** Nested stacks of one parent that are read at the same time. */
const AT_ONCE = 5;

export interface NestedTemplatesProps {
  readonly client: CloudFormationClient;
  /** Reads templates with the rights that CloudFormation reads them with. */
  readonly s3: S3Client;
  readonly stackName: string;
  /** The release's template, with functions in their long form. */
  readonly template: unknown;
  /** Values of its parameters and of pseudo parameters. */
  readonly values: ReadonlyMap<string, string>;
  readonly tags: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** The templates of a stack's nested stacks: what judges them where CloudFormation does not show their changes. */
export class NestedTemplates {
  public constructor(private readonly props: NestedTemplatesProps) {}

  /** The changes, and those of the nested stacks that they leave out. One whose templates cannot be read stays `unread`. */
  public async reveal(changes: readonly ResourceChange[]): Promise<readonly ResourceChange[]> {
    if (!changes.some(({ unread, path }) => unread && !path.includes('/'))) {
      return changes;
    }
    const { stackName, template, values, tags, logger } = this.props;
    try {
      const stack = await this.describe(stackName);
      const deployed = Object.fromEntries((stack?.Tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
      return withNestedChanges(changes, await this.tree(stack, template, values, 0), stack !== undefined && !isSame(deployed, tags));
    } catch (error) {
      logger.warn('The stack cannot be compared with its templates: the changes of its nested stacks are not known', { reason: errorMessage(error) });
      return changes;
    }
  }

  /** @param stack as it is deployed; absent: it is created */
  private async tree(stack: Stack | undefined, after: unknown, values: ReadonlyMap<string, string>, depth: number): Promise<StackTree> {
    const before = stack && await this.deployedTemplate(stack.StackId!);
    const physicalIds = stack === undefined ? new Map<string, string>() : await this.nestedIds(stack.StackId!);
    const stacks = Object.entries(part(after, 'Resources')).filter(([, resource]) => isRecord(resource) && resource.Type === NESTED_STACK && depth < MAX_DEPTH);
    const nested = new Map((await mapConcurrently(stacks, AT_ONCE, async ([logicalId, resource]) => [
      logicalId, await this.nestedTree(logicalId, part(resource, 'Properties'), physicalIds.get(logicalId), { values, depth }),
    ] as const)).filter((entry): entry is [string, StackTree] => entry[1] !== undefined));
    const deployed = Object.fromEntries((stack?.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey!, ParameterValue ?? '']));
    return { ...(before === undefined ? {} : { before }), after, deployed, values, nested };
  }

  private async nestedTree(
    logicalId: string, { TemplateURL: url, Parameters: given }: Readonly<Record<string, unknown>>, physicalId: string | undefined,
    { values, depth }: { readonly values: ReadonlyMap<string, string>; readonly depth: number },
  ): Promise<StackTree | undefined> {
    try {
      const template = await this.stored(textOf(url, values));
      const stack = physicalId === undefined ? undefined : await this.describe(physicalId);
      return await this.tree(stack, template, nestedValues(template, given, values), depth + 1);
    } catch (error) {
      this.props.logger.warn('The templates of a nested stack cannot be read: its changes are not known', { nestedStack: logicalId, reason: errorMessage(error) });
      return undefined;
    }
  }

  private async stored(url: string | undefined): Promise<unknown> {
    const address = url === undefined ? undefined : s3Address(url);
    if (address === undefined) {
      throw new Error(url === undefined ? 'Its TemplateURL is known to CloudFormation alone.' : `Its TemplateURL is no address of S3: ${url}`);
    }
    const { Body: body } = await this.props.s3.send(new GetObjectCommand({ Bucket: address.bucket, Key: address.key }));
    return parsedTemplate(await body!.transformToString());
  }

  private async deployedTemplate(stack: string): Promise<unknown> {
    const { TemplateBody: text = '' } = await this.props.client.send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }));
    return parsedTemplate(text);
  }

  /** ARNs of the stacks that are nested in a stack, by logical ID. */
  private async nestedIds(stack: string): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    let token: string | undefined;
    do {
      const command = new ListStackResourcesCommand({ StackName: stack, NextToken: token });
      const { StackResourceSummaries: page = [], NextToken } = await this.props.client.send(command);
      for (const { LogicalResourceId: logicalId, PhysicalResourceId: id, ResourceType: type } of page) {
        if (type === NESTED_STACK && id) {
          ids.set(logicalId!, id);
        }
      }
      token = NextToken;
    } while (token !== undefined && token !== '');
    return ids;
  }

  /** The stack as it is; nothing where only its change set exists. */
  private async describe(stack: string): Promise<Stack | undefined> {
    try {
      const { Stacks: [found] = [] } = await this.props.client.send(new DescribeStacksCommand({ StackName: stack }));
      return found?.StackStatus === 'REVIEW_IN_PROGRESS' ? undefined : found;
    } catch (error) {
      if (error instanceof CloudFormationServiceException && error.name === 'ValidationError' && error.message.includes('does not exist')) {
        return undefined;
      }
      throw error;
    }
  }
}
