import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mapConcurrently } from './concurrency';
import { headNumberOf, isForLaterHead, takesAnyPlan } from './planned-for';
import { storedReasons } from './stored-reasons';
import { holds, queryItems, readItem, readItems, TableAccess } from './table';
import { backOff, expiresAt } from './timing';
import { DIFF_TABLE_KEYS, DiffItem, diffKey, planMarkerKey, PlanMarkerItem } from '../../src/contract/tables';
import { Catalogue } from '../../src/core/catalogue';
import { catalogueDigest } from '../../src/core/digest';
import { Reason } from '../../src/core/reasons';

/** A plan to be written. */
export interface NewPlan {
  readonly commitId: string;
  readonly planId: string;
  /** See `PlanMarkerItem.PlannedFor`. */
  readonly plannedFor: string;
  readonly catalogueDigest: string;
  readonly baseline?: { readonly commitId: string; readonly release: string };
  readonly diffs: readonly NewDiff[];
  readonly unowned: { readonly count: number; readonly paths: readonly string[] };
  /** See `PlanMarkerItem.Blind`. */
  readonly blind?: boolean;
}

export interface NewDiff {
  readonly component: string;
  readonly reasons: readonly Reason[];
  readonly inputsDigest: string;
  readonly forced: boolean;
}

/** Someone else planned a later head of the same commit while this one was being planned. */
export class PlanOvertakenError extends Error {
  public readonly name = 'PlanOvertakenError';
  /** The number of the later head. */
  public readonly headNumber: number;
  public constructor({ commitId, plannedFor }: NewPlan, current: PlanMarkerItem) {
    super(`The plan of commit ${commitId} for ${plannedFor} comes too late: the commit was planned for ${current.PlannedFor}.`);
    this.headNumber = headNumberOf(current.PlannedFor);
  }
}

/** A plan as it is read: complete, and all of its diffs. */
export interface StoredPlan {
  readonly marker: PlanMarkerItem;
  readonly diffs: readonly DiffItem[];
}

/** Diffs outlive their marker by this much: no marker ever vouches for diffs that are gone. */
const DIFFS_OUTLIVE_MARKER_DAYS = 7;
/** How long a writer that was seen at work is waited for before its work is taken over. */
const WRITER_PATIENCE_MS = 60_000;
const CLAIM_ATTEMPTS = 40;
const CONCURRENT_WRITES = 16;

/**
 * Plans in the DiffTable.
 *
 * Writers of the same commit take turns by the marker's `PlanVersion`. One that was overtaken while it slept can
 * neither overwrite nor delete a later plan's diffs, as each write is conditional on the version; hence single writes
 * and not batches, which know no conditions.
 */
export class PlanStore {
  public constructor(private readonly table: TableAccess) {}

  /** The marker of the commit's plan, whole or not; nothing where there is none or it expired. */
  public async marker(commitId: string): Promise<PlanMarkerItem | undefined> {
    const marker = await this.rawMarker(commitId);
    return marker !== undefined && this.isLive(marker) ? marker : undefined;
  }

  /** One component's diff. Only the marker, read afterwards, tells whether its absence means "unchanged". */
  public async diff(commitId: string, component: string): Promise<DiffItem | undefined> {
    return readItem<DiffItem>(this.table, this.key(commitId, component));
  }

  /** The diffs of these components, as far as there are any. */
  public async diffs(commitId: string, components: readonly string[]): Promise<DiffItem[]> {
    return readItems<DiffItem>(this.table, components.map((component) => this.key(commitId, component)));
  }

  /** The `Component` of a component's diff. */
  public diffKey(component: string): string {
    return diffKey(this.table.solution, component);
  }

  /** The commit's whole plan. Fails unless it is this one, complete. */
  public async require(commitId: string, planId: string): Promise<StoredPlan> {
    const diffs = await this.allDiffs(commitId);
    const marker = requirePlan(await this.marker(commitId), commitId, planId);
    if (diffs.length !== marker.Changed || diffs.some(({ PlanId }) => PlanId !== planId)) {
      throw new Error(`Plan ${planId} of commit ${commitId} has ${marker.Changed} diffs, but ${diffs.length} were read`
        + ' or some are another plan\'s. The plan was replaced while it was read: start the pipeline again.');
    }
    return { marker, diffs };
  }

  /**
   * Writes a plan, so that a reader sees it whole or not at all. Does nothing where a complete plan for the same wish is there.
   * Returns the marker of the plan that stands: of another attempt at the same wish it may have another ID.
   * @throws PlanOvertakenError where a later head of the same commit was planned meanwhile: its plan stays
   */
  public async write(plan: NewPlan, retentionDays: number): Promise<PlanMarkerItem> {
    for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
      const current = await this.rawMarker(plan.commitId);
      if (current !== undefined && this.isLive(current) && answers(current, plan)) {
        return current;
      }
      if (current !== undefined && isForLaterHead(current.PlannedFor, plan.plannedFor)) {
        throw new PlanOvertakenError(plan, current);
      }
      if (current !== undefined && this.isBeingWritten(current)) {
        await backOff(this.table.timing, attempt);
        continue;
      }
      const marker = await this.claim(plan, current, retentionDays);
      if (marker !== undefined) {
        await this.writeDiffs(plan, marker);
        if (await this.complete(marker)) {
          return { ...marker, Status: 'Complete' };
        }
      }
    }
    throw new Error(`The plan of commit ${plan.commitId} could not be written in ${CLAIM_ATTEMPTS} attempts: others keep writing plans for this commit. Try again.`);
  }

  /** Why components changed by this plan, for people: as far as its diffs still exist and no other plan replaced them. */
  public async reasons(commitId: string, planId: string): Promise<ReadonlyMap<string, readonly Reason[]>> {
    const prefix = planMarkerKey(this.table.solution);
    const diffs = (await this.allDiffs(commitId)).filter(({ PlanId }) => PlanId === planId);
    return new Map(diffs.map(({ Component, Reasons }) => [Component.slice(prefix.length), Reasons]));
  }

  private async rawMarker(commitId: string): Promise<PlanMarkerItem | undefined> {
    const key = { [DIFF_TABLE_KEYS.partition]: commitId, [DIFF_TABLE_KEYS.sort]: planMarkerKey(this.table.solution) };
    return readItem<PlanMarkerItem>(this.table, key);
  }

  private async claim(plan: NewPlan, current: PlanMarkerItem | undefined, retentionDays: number): Promise<PlanMarkerItem | undefined> {
    const now = this.table.timing.now();
    const marker: PlanMarkerItem = {
      CommitId: plan.commitId,
      Component: planMarkerKey(this.table.solution),
      Solution: this.table.solution,
      PlanId: plan.planId,
      // From the clock, so that it exceeds the versions of diffs that outlived their marker.
      PlanVersion: Math.max(now.getTime(), (current?.PlanVersion ?? 0) + 1),
      PlannedFor: plan.plannedFor,
      Status: 'Writing',
      CatalogueDigest: plan.catalogueDigest,
      BaselineCommitId: plan.baseline?.commitId,
      BaselineRelease: plan.baseline?.release,
      ...(plan.blind === true ? { Blind: true } : {}),
      Changed: plan.diffs.length,
      Unowned: plan.unowned,
      Timestamp: now.toISOString(),
      ExpiresAt: expiresAt(now, retentionDays),
    };
    const claimed = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: marker,
      ...(current === undefined
        ? { ConditionExpression: 'attribute_not_exists(CommitId)' }
        : { ConditionExpression: 'PlanVersion = :current', ExpressionAttributeValues: { ':current': current.PlanVersion } }),
    })));
    return claimed ? marker : undefined;
  }

  /** Whether all of it went through is seen when the marker is completed: anyone who overtook this writer changed its version. */
  private async writeDiffs(plan: NewPlan, marker: PlanMarkerItem): Promise<void> {
    const { client, tableName, solution } = this.table;
    const planned = new Set(plan.diffs.map(({ component }) => diffKey(solution, component)));
    const stale = (await this.allDiffs(plan.commitId)).filter(({ Component }) => !planned.has(Component));
    await mapConcurrently(stale, CONCURRENT_WRITES, async ({ CommitId, Component }) => holds(client.send(new DeleteCommand({
      TableName: tableName,
      Key: { CommitId, Component },
      ConditionExpression: 'PlanVersion < :version',
      ExpressionAttributeValues: { ':version': marker.PlanVersion },
    }))));
    await mapConcurrently(plan.diffs, CONCURRENT_WRITES, async (diff) => {
      const item: DiffItem = {
        CommitId: plan.commitId,
        Component: diffKey(solution, diff.component),
        Solution: solution,
        PlanId: plan.planId,
        PlanVersion: marker.PlanVersion,
        ...storedReasons(diff.reasons),
        InputsDigest: diff.inputsDigest,
        Forced: diff.forced,
        Timestamp: marker.Timestamp,
        ExpiresAt: marker.ExpiresAt + DIFFS_OUTLIVE_MARKER_DAYS * 86_400,
      };
      return holds(client.send(new PutCommand({
        TableName: tableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(CommitId) OR PlanVersion < :version',
        ExpressionAttributeValues: { ':version': marker.PlanVersion },
      })));
    });
  }

  private async complete(marker: PlanMarkerItem): Promise<boolean> {
    return holds(this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: { CommitId: marker.CommitId, Component: marker.Component },
      UpdateExpression: 'SET #status = :complete',
      ConditionExpression: 'PlanVersion = :version',
      ExpressionAttributeNames: { '#status': 'Status' },
      ExpressionAttributeValues: { ':complete': 'Complete', ':version': marker.PlanVersion },
    })));
  }

  private async allDiffs(commitId: string): Promise<DiffItem[]> {
    const diffs: DiffItem[] = [];
    const marker = planMarkerKey(this.table.solution);
    for await (const item of queryItems<DiffItem>(this.table, {
      KeyConditionExpression: 'CommitId = :commit AND begins_with(Component, :prefix)',
      ExpressionAttributeValues: { ':commit': commitId, ':prefix': marker },
      ConsistentRead: true,
    })) {
      if (item.Component !== marker) {
        diffs.push(item);
      }
    }
    return diffs;
  }

  private isLive(marker: PlanMarkerItem): boolean {
    return marker.ExpiresAt * 1000 > this.table.timing.now().getTime();
  }

  private isBeingWritten(marker: PlanMarkerItem): boolean {
    return marker.Status === 'Writing' && this.table.timing.now().getTime() - Date.parse(marker.Timestamp) < WRITER_PATIENCE_MS;
  }

  private key(commitId: string, component: string) {
    return { [DIFF_TABLE_KEYS.partition]: commitId, [DIFF_TABLE_KEYS.sort]: diffKey(this.table.solution, component) };
  }
}

/** The marker, if it says that this very plan is complete; otherwise an error that says what is wrong and what to do. */
export function requirePlan(marker: PlanMarkerItem | undefined, commitId: string, planId: string): PlanMarkerItem {
  if (marker === undefined) {
    throw new Error(`Commit ${commitId} has no plan, or its plan expired. Start the pipeline again: its Plan action makes one.`);
  }
  if (marker.PlanId !== planId) {
    throw new Error(`Commit ${commitId} was planned again: this execution has plan ${planId}, but the commit's plan is ${marker.PlanId}.`
      + ' Retrying this execution cannot help: start the pipeline again.');
  }
  if (marker.Status !== 'Complete') {
    throw new Error(`Plan ${planId} of commit ${commitId} is not complete: its status is '${marker.Status}'. Start the pipeline again: its Plan action completes it.`);
  }
  return marker;
}

/**
 * Fails unless the plan was made with this very catalogue. While the pipeline's own stack is deployed, some of its parts have the new one and some the
 * old: who builds or releases by another than the plan's would take for unchanged, or read as it was, what the plan does not speak of.
 */
export function requireSameCatalogue({ PlanId: planId, CommitId: commitId, CatalogueDigest: digest }: PlanMarkerItem, catalogue: Catalogue): void {
  if (digest !== catalogueDigest(catalogue)) {
    throw new Error(`Plan ${planId} of commit ${commitId} was made with other definitions of the components than the ones used here: the pipeline's own stack was deployed meanwhile.`
      + ' Nothing is wrong with the commit. Retrying this execution cannot help: start the pipeline again.');
  }
}

function answers(marker: PlanMarkerItem, plan: NewPlan): boolean {
  return marker.Status === 'Complete' && marker.CatalogueDigest === plan.catalogueDigest
    && (marker.PlannedFor === plan.plannedFor || takesAnyPlan(plan.plannedFor));
}
