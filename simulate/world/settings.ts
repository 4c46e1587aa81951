import { HostSettings } from './hosted-source';
import { drawFaultRates, FaultRates } from '../engine/faults';
import { Random } from '../engine/random';

/** What a history is like throughout. */
export interface Settings {
  readonly mode: 'SUPERSEDED' | 'QUEUED';
  /** How the pipeline builds: an action for each component, or one that fans out. */
  readonly strategy: 'actions' | 'fan-out';
  /** Next to the template. */
  readonly components: number;
  /** In the order of deployment. */
  readonly environments: readonly EnvironmentSettings[];
  /** How often the SDK tries a call. */
  readonly attempts: number;
  readonly differencesPage: number;
  readonly queryPage: number;
  readonly indexLag: number;
  /** The pipeline is new, and starts an execution by itself; otherwise that was long ago. */
  readonly startsOnCreation: boolean;
  readonly baselineBranch?: string;
  /** The catalogue is found in the sources, and deployed now and then; commits change what it says. */
  readonly isFound: boolean;
  readonly faults: FaultRates;
  /** The source is read as from a Git host; otherwise as from CodeCommit. */
  readonly host?: HostSettings;
}

export interface EnvironmentSettings {
  readonly name: string;
  readonly approval: boolean;
  /** Whether what was deployed is tested. */
  readonly tests: boolean;
  /** Names of its Regions' places, which are deployed to side by side. */
  readonly places: readonly string[];
}

function drawPlaces(random: Random, environment: string): string[] {
  return random.chance(0.75) ? [environment] : [environment, `${environment}-us-east-1`];
}

/**
 * @param further a source of chance for what was added later, so that seeds stay what they were
 * @param facts another one
 * @param gates another one
 * @param hosts another one
 */
export function drawSettings(random: Random, further: Random, facts: Random, gates: Random, hosts: Random): Settings {
  const environments = [{ name: 'test', approval: false, tests: gates.chance(0.3), places: drawPlaces(random, 'test') }];
  if (random.chance(0.6)) {
    environments.push({ name: 'prod', approval: random.chance(0.5), tests: gates.chance(0.3), places: drawPlaces(random, 'prod') });
  }
  return {
    mode: random.chance(0.75) ? 'SUPERSEDED' : 'QUEUED',
    strategy: random.chance(0.7) ? 'actions' : 'fan-out',
    components: random.integer(1, 4),
    environments,
    attempts: random.integer(1, 3),
    differencesPage: random.integer(1, 4),
    queryPage: random.integer(1, 5),
    indexLag: random.chance(0.3) ? random.duration(100, 60_000) : 0,
    startsOnCreation: further.chance(0.3),
    isFound: facts.chance(0.25),
    ...(random.chance(0.08) ? { baselineBranch: 'test' } : {}),
    faults: drawFaultRates(random),
    ...(hosts.chance(0.3) ? { host: { outages: hosts.chance(0.5) ? 0.3 * hosts.next() : 0, overTheBound: hosts.chance(0.5) ? 0.3 * hosts.next() : 0 } } : {}),
  };
}
