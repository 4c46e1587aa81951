import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ChangeSet, resourceChanges } from './change-set';
import { NestedTemplates } from './nested-templates';
import { DeliveryPlace, StackReport } from '../../src/contract/delivery';
import { describeRefusal, destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange, summaryOf } from '../../src/core/change-set/resource-change';
import { stackPath } from '../../src/core/delivery/place-report';
import { AllowanceStore } from '../shared/allowance-store';
import { Logger } from '../shared/logger';

export interface JudgeProps {
  readonly place: DeliveryPlace;
  readonly id: string;
  readonly stackName: string;
  /** Whether the place has other stacks too: resources are named with their stack then. */
  readonly hasOthers: boolean;
  readonly pipeline: string;
  readonly commitId: string;
  /** Digest of what the release brings, and of the parts that an approval holds for. */
  readonly releasedDigest: string;
  readonly approvedDigest: string;
  readonly client: CloudFormationClient;
  /** Judges nested stacks that a change set leaves out. */
  readonly nested: Pick<NestedTemplates, 'reveal'>;
  readonly allowances: AllowanceStore;
  readonly logger: Logger;
}

/** Judges what is to change in a stack by the place's rules, and says what gates and Deploy read of it. */
export class Judge {
  public constructor(private readonly props: JudgeProps) {}

  /**
   * All changes of a change set, and why it is refused, if it is.
   * @param hidden why nested stacks are left out of it, where they are
   */
  public async judge(changeSet: ChangeSet, hidden?: string): Promise<{ readonly changes: readonly ResourceChange[]; readonly refusal?: string }> {
    const changes = await this.props.nested.reveal(await resourceChanges(this.props.client, changeSet));
    const refusal = await this.refusal(changes, hidden);
    return { changes, ...(refusal === undefined ? {} : { refusal }) };
  }

  /** Why changes are refused; nothing where they are not. */
  public async refusal(changes: readonly ResourceChange[], hidden?: string): Promise<string | undefined> {
    const { place, stackName, commitId, pipeline, allowances, logger } = this.props;
    const named = destructions(changes).map((destruction) => ({ ...destruction, path: this.pathOf(destruction.path) }));
    // Both names of a resource are understood: that within its stack, and the one with the stack.
    const refusedBy = async (all: typeof named, rules: Parameters<typeof refusedOf>[1]) => (
      refusedOf(all, { ...rules, logicalIds: rules.logicalIds.flatMap((path) => [path, this.pathOf(path)]) }));
    const refused = place.allowDestructiveChanges ? [] : await refusedBy(named, { types: place.allowTypes, logicalIds: place.allowLogicalIds });
    const remaining = refused.length === 0 ? []
      : await refusedBy(refused, { types: [], logicalIds: await allowances.logicalIds(place.environment, commitId) });
    if (remaining.length === 0 && refused.length > 0) {
      logger.warn('Allowed for this release', { resources: refused.map(({ path }) => path) });
    }
    return remaining.length === 0 ? undefined : describeRefusal({
      environment: place.environment, stackName: `${stackName} in ${place.region}`, commitId, pipeline, refused: remaining, ...(hidden === undefined ? {} : { hidden }),
    });
  }

  private pathOf(path: string): string {
    return this.props.hasOthers ? stackPath(this.props.id, path) : path;
  }

  /** What of a change set its coverage depends on. */
  public summary(changes: readonly ResourceChange[]) {
    return {
      approvedDigest: this.props.approvedDigest,
      changes: changes.map(summaryOf),
      destructive: destructions(changes).map(({ path }) => path),
      broadenings: broadenings(changes),
    };
  }

  /** What is reported of the stack. */
  public report(
    attempt: number, outcome: StackReport['outcome'], changes: readonly ResourceChange[], more: Pick<StackReport, 'changeSetArn' | 'waitsFor' | 'creates'> = {},
  ): StackReport {
    const { id, stackName, releasedDigest } = this.props;
    return { id, stackName, attempt, releasedDigest, outcome, ...more, ...this.summary(changes) };
  }
}
