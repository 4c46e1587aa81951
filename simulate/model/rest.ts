import { trueCatalogue } from './facts';
import { isBroken, isUnowned, unownedChanges } from './rules';
import { Violation } from './violation';
import type { Execution } from '../world/execution';
import { mended } from '../world/mutations';
import { BRANCH, DEPLOYMENTS_TABLE } from '../world/names';
import type { Tree } from '../world/repository';
import { LOOK } from '../world/steps';
import type { System } from '../world/system';

/** The schedule's interval. */
const RECONCILE_MS = 900_000;
const RECONCILES = 12;
/** A host that asked to be left alone is asked again after a quarter of an hour at most. */
const LONGEST_REST_MS = 1_000_000;

/**
 * When nothing goes wrong any more the system comes to rest by itself, with the head released; except where a person has to ask once more,
 * because what chance or people did had an execution fail, and where the head's own code is such that it cannot be released.
 */
export async function comeToRest(system: System): Promise<void> {
  system.log('calm');
  system.calm();
  await system.scheduler.run();
  system.environments.repair();
  if (system.settings.host !== undefined) {
    await system.scheduler.sleepThrough(LONGEST_REST_MS);
  }
  await reconcileUntilQuiet(system);
  if (excusedShortfall(system) !== undefined && !isReleasable(system)) {
    mend(system);
    await system.scheduler.run();
    system.environments.repair();
    await reconcileUntilQuiet(system);
  }
  const shortfall = excusedShortfall(system);
  if (shortfall !== undefined) {
    const held = isHeld(system);
    system.log(`a person ${held ? 'lets the branch flow again' : 'releases the change'}: ${shortfall.environment}: ${shortfall.problem}`);
    if (held) {
      system.ask({ action: 'resume' });
    } else {
      system.pipeline.start({ by: 'person' });
    }
    await system.scheduler.run();
    await reconcileUntilQuiet(system);
    requireReleased(system);
  }
  await requireIdempotence(system);
  const stranded = system.functions.deadLetters.find(({ faults, error }) => faults.length === 0 && error?.name !== 'UnownedPathsError');
  if (stranded !== undefined) {
    throw new Violation('nothing is given up without a fault', `${stranded.name} ended in the dead-letter queue: ${stranded.error?.message}`);
  }
}

async function reconcileUntilQuiet(system: System): Promise<void> {
  for (let round = 0; round < RECONCILES; round++) {
    const before = system.pipeline.executions.length;
    await system.scheduler.sleepThrough(RECONCILE_MS);
    void system.functions.invoke('diff', { action: 'reconcile' });
    await system.scheduler.run();
    if (system.pipeline.executions.length === before) {
      return;
    }
  }
  throw new Violation('the system comes to rest', `the schedule started an execution ${RECONCILES} times in a row`);
}

/** What is live somewhere instead of the head. */
interface Shortfall {
  readonly environment: string;
  readonly problem: string;
  /** Others changed the stack after the last delivery: nothing looks at it until something is released. */
  readonly isMeddled?: boolean;
}

/** The first environment that has something else live than the head; nothing where all is well. */
function findShortfall(system: System): Shortfall | undefined {
  const { environments, monitor, latest: { catalogue } } = system;
  for (const [name, place] of system.settings.environments.flatMap((environment) => environment.places.map((one) => [environment.name, one] as const))) {
    const live = environments.live(place);
    if (live === undefined) {
      return { environment: name, problem: `nothing is live in ${place}`, isMeddled: environments.isMeddled(place) };
    }
    for (const component of catalogue.components) {
      const problem = monitor.contentProblem(catalogue, component.name, system.head, live.release, live.parameters);
      if (problem !== undefined) {
        return { environment: name, problem };
      }
    }
  }
  return undefined;
}

/** What is not released has to have a reason that the history put there. */
function excusedShortfall(system: System): Shortfall | undefined {
  const shortfall = findShortfall(system);
  if (shortfall !== undefined) {
    requireExcuse(system, shortfall);
  }
  return shortfall;
}

function requireExcuse(system: System, shortfall: Shortfall): void {
  if (shortfall.isMeddled || refusedChanges(system).paths.length > 0) {
    return;
  }
  // One that the pipeline started by itself and that was not needed is stopped by the library.
  const had = system.pipeline.executions.filter(({ status, stoppedAsNeedless }) => status !== 'Superseded' && status !== 'Cancelled' && !(status === 'Stopped' && stoppedAsNeedless));
  const last = had[had.length - 1];
  const isByPerson = last?.request.by === 'person' && (last.request.commitId !== undefined || last.request.rollback !== undefined);
  // What fails while the pipeline's own stack is deployed, some parts of it new and some old, is for a person as well.
  const isExcused = isByPerson || isHeld(system) || last?.status === 'Stopped' || (last?.status === 'Failed' && (last.failure!.injected || last.lostItsPlan || last.endedInDeployment || wasPlannedLate(system, last)));
  // A head that some environment lacks has an execution of its own, whatever became of those before.
  if (!isExcused || (!isByPerson && !isHeld(system) && last?.commitId !== undefined && last.commitId !== system.head)) {
    throw notReleased(shortfall, last);
  }
}

/** What started last promotes, whatever became of it: the branch flows again when a person says so. */
function isHeld({ pipeline: { known } }: System): boolean {
  const { promotion, rollback } = known[known.length - 1]?.request ?? {};
  return promotion !== undefined || rollback !== undefined;
}

/** A Plan action that began before the pipeline's own stack was deployed, and took minutes, came last and replaced the plan: that is for a person too. */
function wasPlannedLate({ settings, versions }: System, { failure }: Execution): boolean {
  return settings.faults.slow > 0 && versions.length > 1 && failure!.why.includes('was planned again');
}

/** Changes that keep the head from being planned, with the tree that they differ from. */
function refusedChanges(system: System): { readonly paths: readonly string[]; readonly baseline: Tree } {
  const { latest: { catalogue }, repository, head, dynamoDb, settings } = system;
  const { tree } = repository.remembered(head);
  const recorded = dynamoDb.items(DEPLOYMENTS_TABLE)
    .find((item) => item.Component!.S === `shop##${settings.environments[0]!.name}` && item.BuildNumber!.N === '0');
  const baseline = recorded === undefined ? tree : repository.remembered(recorded.CommitId!.S as string).tree;
  return { baseline, paths: catalogue.unownedPaths === 'error' ? unownedChanges(catalogue, baseline, tree) : [] };
}

function isReleasable(system: System): boolean {
  const { latest, repository, head } = system;
  const { tree } = repository.remembered(head);
  const catalogue = trueCatalogue(latest.catalogue, tree);
  return refusedChanges(system).paths.length === 0 && !catalogue.components.some(({ name }) => isBroken(catalogue, name, tree)) && ![...tree.values()].some((content) => content.includes('undeployable'));
}

/** A commit that makes the head releasable again. */
function mend(system: System): void {
  const head = system.repository.remembered(system.head);
  const { latest: { catalogue } } = system;
  const { baseline, paths } = refusedChanges(system);
  const commit = system.repository.commit(mended(head.tree, { tree: baseline, paths, mayChange: (path) => catalogue.unownedPaths !== 'error' || !isUnowned(catalogue, path) }), head.id);
  system.repository.branches.set(BRANCH, commit.id);
  system.log(`branch: mended, now ${commit.id}`);
  void system.functions.invoke('diff', LOOK);
}

function requireReleased(system: System): void {
  const shortfall = findShortfall(system);
  if (shortfall !== undefined) {
    throw notReleased(shortfall, system.pipeline.executions[system.pipeline.executions.length - 1]);
  }
}

function notReleased({ environment, problem }: Shortfall, last: Execution | undefined): Violation {
  return new Violation('the head is released', `${environment}: ${problem}\nThe last execution, ${last?.id}, is ${last?.status}: ${last?.failure?.why}`);
}

/** At rest, nothing that comes again starts anything. */
async function requireIdempotence(system: System): Promise<void> {
  const before = system.pipeline.executions.length;
  void system.functions.invoke('diff', LOOK);
  void system.functions.invoke('diff', LOOK);
  void system.functions.invoke('diff', { action: 'reconcile' });
  await system.scheduler.run();
  if (system.pipeline.executions.length !== before) {
    throw new Violation('the same event twice starts one execution', 'at rest, a repeated event started another execution');
  }
}
