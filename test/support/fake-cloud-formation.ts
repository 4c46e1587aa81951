import {
  AlreadyExistsException, Change, ChangeSetNotFoundException, CloudFormationClient, CreateChangeSetCommand, CreateChangeSetInput,
  CloudFormationServiceException, DeleteChangeSetCommand, DescribeChangeSetCommand, DescribeChangeSetInput, DescribeChangeSetOutput,
  DescribeStacksCommand, ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';

/** A change set as CloudFormation keeps it: everything of one page's head, and all its changes. */
export interface FakeChangeSet extends Omit<DescribeChangeSetOutput, 'NextToken' | 'Changes'> {
  readonly changes?: Change[];
  /** How often it is still being made when somebody looks. */
  pendingFor?: number;
}

/** CloudFormation's change sets in memory, described page by page. */
export class FakeCloudFormation {
  public readonly client = new CloudFormationClient({ region: 'eu-west-1' });
  /** By name or, of nested stacks, by ARN. */
  public readonly changeSets = new Map<string, FakeChangeSet>();
  public readonly created: CreateChangeSetInput[] = [];
  public readonly deleted: string[] = [];
  public described = 0;
  /** `undefined`: there is no stack. */
  public stackStatus: string | undefined = 'UPDATE_COMPLETE';
  public readonly executed: string[] = [];
  /** How often a name is still taken after its change set was deleted. */
  public nameTakenFor = 0;
  /** What comes of a change set that is created. */
  public onCreate: (input: CreateChangeSetInput) => FakeChangeSet;

  public constructor(private readonly pageSize = 2) {
    this.onCreate = () => ({ Status: 'CREATE_COMPLETE' });
    mockClient(this.client)
      .on(DescribeChangeSetCommand).callsFake((input: DescribeChangeSetInput) => this.describe(input))
      .on(CreateChangeSetCommand).callsFake((input: CreateChangeSetInput) => this.create(input))
      .on(DeleteChangeSetCommand).callsFake(({ ChangeSetName: name }: { ChangeSetName: string }) => {
        this.changeSets.delete(name);
        this.deleted.push(name);
        return {};
      })
      .on(ExecuteChangeSetCommand).callsFake(({ ChangeSetName: name }: { ChangeSetName: string }) => {
        this.executed.push(name);
        return {};
      })
      .on(DescribeStacksCommand).callsFake(({ StackName }: { StackName: string }) => this.describeStack(StackName));
  }

  private describeStack(StackName: string): object {
    if (this.stackStatus === undefined) {
      throw new CloudFormationServiceException({
        name: 'ValidationError', message: `Stack with id ${StackName} does not exist`, $fault: 'client', $metadata: { httpStatusCode: 400 },
      });
    }
    return { Stacks: [{ StackName, StackStatus: this.stackStatus, CreationTime: new Date(0) }] };
  }

  private describe({ ChangeSetName: name, NextToken: token, IncludePropertyValues: withValues }: DescribeChangeSetInput): DescribeChangeSetOutput {
    this.described++;
    const changeSet = this.changeSets.get(name!);
    if (changeSet === undefined) {
      throw new ChangeSetNotFoundException({ message: `ChangeSet [${name}] does not exist`, $metadata: { httpStatusCode: 404 } });
    }
    const { changes = [], pendingFor = 0, ...head } = changeSet;
    if (pendingFor > 0) {
      changeSet.pendingFor = pendingFor - 1;
      return { ...head, Status: 'CREATE_IN_PROGRESS', Changes: [] };
    }
    const start = Number(token ?? 0);
    const page = changes.slice(start, start + this.pageSize).map(({ ResourceChange: change, ...more }) => ({
      ...more, ResourceChange: withValues ? change : { ...change, BeforeContext: undefined, AfterContext: undefined },
    }));
    const next = start + this.pageSize;
    return { ...head, Changes: page, ...(next < changes.length ? { NextToken: `${next}` } : {}) };
  }

  private create(input: CreateChangeSetInput): object {
    if (this.nameTakenFor > 0) {
      this.nameTakenFor--;
      throw new AlreadyExistsException({ message: `ChangeSet ${input.ChangeSetName} cannot be created due to a mismatch with existing attribute`, $metadata: {} });
    }
    this.created.push(input);
    this.changeSets.set(input.ChangeSetName!, this.onCreate(input));
    return {};
  }
}
