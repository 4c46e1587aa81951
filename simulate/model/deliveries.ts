import type { Change } from '@aws-sdk/client-cloudformation';
import { Violation } from './violation';
import type { ChangeReport } from '../../src/contract/delivery';
import type { StoredItem } from '../services/dynamodb-memory';
import { DEPLOYMENTS_TABLE } from '../world/names';

export interface DeliveriesProps {
  readonly readItems: (table: string) => readonly StoredItem[];
  /** What an execution's Prepare action reported of a place. */
  readonly readReport: (executionId: string, place: string) => ChangeReport | undefined;
}

/** What CloudFormation is about to execute. */
export interface AboutToExecute {
  /** Each place has one stack, of its name. */
  readonly stackName: string;
  readonly changeSetId: string;
  readonly changes: readonly Change[];
}

/** What stacks may be changed by: what was written down before, and what was judged and approved. And whose approval may be passed over. */
export class Deliveries {
  /** The execution that came to an environment last, what it brings, and whether it passed all gates there. */
  private readonly last = new Map<string, { readonly executionId: string; readonly content: string; passed: boolean }>();

  public constructor(private readonly props: DeliveriesProps) {}

  /** A change set that can be executed is about to be. */
  public executing({ stackName, changeSetId, changes }: AboutToExecute): void {
    const ledger = this.props.readItems(DEPLOYMENTS_TABLE).find((item) => item.StackName?.S === stackName && item.Attempt !== undefined);
    const attempt = ledger?.Attempt!.M as StoredItem | undefined;
    if (attempt?.Phase?.S !== 'Executing' || attempt.ChangeSetArn?.S !== changeSetId) {
      throw new Violation('what is executed was written down before', `${changeSetId} is executed on ${stackName}, and the ledger has ${attempt?.Phase?.S as string} of ${attempt?.ChangeSetArn?.S as string}`);
    }
    const executionId = attempt.PipelineExecutionId!.S as string;
    const report = this.props.readReport(executionId, stackName);
    const reported = new Set(report?.changes.map(({ path, type, action }) => `${action} ${path} (${type})`));
    const beyond = changes.map(({ ResourceChange: change }) => `${change!.Action} ${change!.LogicalResourceId} (${change!.ResourceType})`).find((change) => !reported.has(change));
    if (beyond !== undefined) {
      throw new Violation('what is executed was reported', `${executionId} executes on ${stackName} what its report lacks: ${beyond}`);
    }
  }

  /** The ledger of a stack was written. */
  public wrote(before: StoredItem | undefined, after: StoredItem | undefined): void {
    const version = (item: StoredItem | undefined) => Number(item?.Version?.N ?? 0);
    if (after === undefined || version(after) !== version(before) + 1) {
      throw new Violation('attempts are written one after the other', `the ledger of ${String((after ?? before)!.StackName!.S)} was at version ${version(before)}, and a worker wrote ${version(after)}`);
    }
  }

  /** An execution begins to bring something to an environment. */
  public came(environment: string, executionId: string, content: string): void {
    if (this.last.get(environment)?.executionId !== executionId) {
      this.last.set(environment, { executionId, content, passed: false });
    }
  }

  /** All gates of the environment let the execution pass. */
  public passed(environment: string, executionId: string): void {
    const last = this.last.get(environment);
    if (last?.executionId === executionId) {
      last.passed = true;
    }
  }

  /** No one is asked about what an execution brings. */
  public passedOver(environment: string, executionId: string, content: string): void {
    const last = this.last.get(environment);
    if (last?.content !== content || !last.passed) {
      throw new Violation('approvals are passed over only for what passed all gates', `nobody is asked about ${executionId} in ${environment}, where ${last?.executionId} ${last?.content === content ? 'did not pass all gates' : 'brought something else'}`);
    }
  }
}
