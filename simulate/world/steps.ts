import { changeCatalogue } from './catalogues';
import { Execution } from './execution';
import { FUNCTIONS } from './functions';
import { moveBranch } from './mutations';
import { BRANCH } from './names';
import { promoteByHand } from './promotions';
import { System } from './system';
import { LookEvent } from '../../src/contract/events';
import { Catalogue } from '../../src/core/catalogue';
import { assertCatalogue } from '../../src/core/validate';
import { Random } from '../engine/random';
import { Step } from '../history';
import { foundCatalogue } from '../model/facts';

const PAUSES = { none: [1, 500], short: [500, 120_000], long: [60_000, 3_600_000] } as const;

/** Lets the pause before a step pass, then does it. */
export async function perform(system: System, step: Step): Promise<void> {
  const random = new Random(step.seed);
  if (step.pause === 'rest') {
    await system.scheduler.run();
  } else {
    const [least, most] = PAUSES[step.pause];
    await system.scheduler.sleepThrough(random.duration(least, most));
  }
  system.log(`step ${step.kind}`);
  act(system, step, random);
}

function act(system: System, { kind }: Step, random: Random): void {
  const { pipeline, functions, repository } = system;
  const active = pipeline.active;
  switch (kind) {
    case 'push': return push(system, random);
    case 'deploy': return deploy(system, random);
    case 'reconcile':
      void functions.invoke('diff', { action: 'reconcile' });
      return undefined;
    case 'force': {
      const names = functions.version('diff').catalogue.components.map(({ name }) => name);
      system.ask({ action: 'force', components: random.chance(0.3) ? ['*'] : [random.pick(names)] });
      return undefined;
    }
    case 'release-change':
      pipeline.start({ by: 'person' });
      return undefined;
    case 'stop':
      if (active.length > 0) {
        pipeline.stop(random.pick(active), random.chance(0.5));
      }
      return undefined;
    case 'retry': {
      const failed = pipeline.executions.filter((execution) => pipeline.canRetry(execution));
      if (failed.length > 0) {
        pipeline.retry(random.pick(failed));
      }
      return undefined;
    }
    case 'retry-all': {
      const failed = pipeline.executions.filter((execution) => pipeline.canRetry(execution));
      if (failed.length > 0) {
        pipeline.retry(random.pick(failed), true);
      }
      return undefined;
    }
    case 'meddle': return system.environments.meddle(random);
    case 'repair': return system.environments.repair();
    case 'noise': return noise(system);
    case 'older':
      pipeline.start({ by: 'person', commitId: random.pick(repository.all()).id });
      return undefined;
    case 'rollback': return rollback(system, random);
    case 'promote': return promoteByHand(system, random);
    case 'resume':
      system.ask({ action: 'resume' });
      return undefined;
    case 'lose-diffs': return system.loseDiffs();
    case 'recreate': return system.pipeline.recreate();
    case 'baseline-branch':
      if (repository.branches.has('test')) {
        repository.branches.set('test', random.pick(repository.all()).id);
      }
      return undefined;
  }
}

function push(system: System, random: Random): void {
  const { how, commit } = moveBranch(random, system.repository, BRANCH, system.settings.isFound);
  system.log(`branch: ${how}, now ${commit.id}`);
  system.monitor.asked();
  const rates = system.faults();
  if (random.chance(rates.events * 0.3)) {
    system.log('event: lost');
    return;
  }
  for (let copies = random.chance(rates.events * 0.5) ? 2 : 1; copies > 0; copies--) {
    const delay = random.chance(rates.events) ? random.duration(1_000, 1_800_000) : random.duration(50, 2_000);
    system.scheduler.after(delay, () => {
      void system.functions.invoke('diff', LOOK);
    });
  }
}

/** Whatever says that the branch may have moved. */
export const LOOK: LookEvent = { action: 'look' };

/** A hint although nothing moved. */
function noise(system: System): void {
  void system.functions.invoke('diff', LOOK);
}

/** The pipeline's own stack is deployed: functions first, then builds and pipeline. */
function deploy(system: System, random: Random): void {
  if (system.isBeingDeployed) {
    return;
  }
  system.isBeingDeployed = true;
  const version = { number: system.latest.number + 1, catalogue: nextCatalogue(system, random) };
  assertCatalogue(version.catalogue);
  system.versions.push(version);
  system.log(`catalogue ${JSON.stringify(version.catalogue)}`);
  for (const name of FUNCTIONS) {
    system.scheduler.after(random.duration(1_000, 30_000), () => system.functions.deploy(name, version));
  }
  system.scheduler.after(random.duration(30_000, 60_000), () => {
    system.log('pipeline: the definition is updated');
    system.pipeline.update(version);
    system.isBeingDeployed = false;
  });
}

/** One that is found is mostly that of the head, and may have new facts alone. */
function nextCatalogue({ latest: { catalogue }, settings, repository, head }: System, random: Random): Catalogue {
  if (!settings.isFound) {
    return changeCatalogue(random, catalogue);
  }
  const commit = random.chance(0.6) ? repository.remembered(head) : random.pick(repository.all());
  return foundCatalogue(random.chance(0.5) ? catalogue : changeCatalogue(random, catalogue), commit.tree, commit.id);
}

/** AWS's rollback of an environment's stage to an execution that succeeded there. */
function rollback(system: System, random: Random): void {
  const { pipeline, versions } = system;
  const version = versions[versions.length - 1]!;
  const targets = pipeline.executions.flatMap((target): { target: Execution; environment: string }[] => (
    target.request.rollback === undefined && target.version === version
      ? [...target.deployedIn].map((environment) => ({ target, environment })) : []
  ));
  if (targets.length > 0) {
    pipeline.start({ by: 'person', rollback: random.pick(targets) });
  }
}
