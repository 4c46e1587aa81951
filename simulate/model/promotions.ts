import { Violation } from './violation';
import type { Release } from '../../src/core/release';
import type { Execution } from '../world/execution';

type Builds = ReadonlyMap<string, number>;

/** What promotions and rollbacks by hand may deploy, and how they are recorded. */
export class Promotions {
  /** What was deployed in each environment. */
  private readonly deployments = new Map<string, Builds[]>();
  /** What is recorded as live in each. */
  private readonly live = new Map<string, Builds>();

  /** @param environments in the order of deployment */
  public constructor(private readonly environments: readonly string[]) {}

  /** An environment's stack was updated. */
  public deployed(environment: string, { id, request: { promotion, rollback } }: Execution, release: Release): void {
    const builds = buildsOf(release);
    const [, place, component, number] = /^([^/=]+)(?:\/([^=]+))?=(\d+)$/.exec(promotion ?? '') ?? [];
    if (place !== undefined) {
      if (place !== environment) {
        throw new Violation('a promotion goes to its environment alone', `${id} promotes ${promotion}, and was deployed in ${environment}`);
      }
      if (component === undefined) {
        this.checkWhole(environment, `${id}, ${promotion}`, builds);
      } else {
        this.checkSingle(environment, `${id}, ${promotion}`, builds, component, Number(number));
      }
    } else if (rollback !== undefined && !this.at(environment).some((before) => isSame(before, builds))) {
      throw new Violation('a rollback deploys what was live', `${id} brought ${describe(builds)} to ${environment}, which never had it`);
    }
    this.deployments.set(environment, [...this.at(environment), builds]);
  }

  /** An execution's release was recorded as live. */
  public recorded(environment: string, { id, request: { promotion, rollback } }: Execution, recorded: string | undefined, release: Release): void {
    this.live.set(environment, buildsOf(release));
    const isRight = rollback === undefined ? recorded === promotion : recorded?.startsWith(environment) === true;
    if (!isRight) {
      throw new Violation('promotions are recorded as such', `${id} promotes ${promotion ?? (rollback ? 'by a rollback' : 'nothing')}, and is recorded as ${recorded}`);
    }
  }

  private checkWhole(environment: string, what: string, builds: Builds): void {
    if (!this.proofs(environment).some((before) => isSame(before, builds))) {
      throw new Violation('what is promoted was live before', `${what} brought ${describe(builds)} to ${environment}`);
    }
  }

  private checkSingle(environment: string, what: string, builds: Builds, component: string, number: number): void {
    const live = this.live.get(environment);
    if (live === undefined || !isSame(new Map([...live, [component, number]]), builds)) {
      throw new Violation('a single build leaves the others as they are', `${what} brought ${describe(builds)} to ${environment}, where ${live && describe(live)} was`);
    }
    if (environment !== this.environments[0] && !this.proofs(environment).some((before) => before.get(component) === number)) {
      throw new Violation('what is promoted was live before', `${what}: build ${number} of ${component} passed no environment before ${environment}`);
    }
  }

  /** What was deployed in the environment or in the one before it. */
  private proofs(environment: string): Builds[] {
    const before = this.environments[this.environments.indexOf(environment) - 1];
    return [...this.at(environment), ...(before === undefined ? [] : this.at(before))];
  }

  private at(environment: string): Builds[] {
    return this.deployments.get(environment) ?? [];
  }
}

function buildsOf(release: Release): Builds {
  return new Map(Object.entries(release.components).map(([name, { buildNumber }]) => [name, buildNumber]));
}

function isSame(one: Builds, other: Builds): boolean {
  return one.size === other.size && [...one].every(([name, number]) => other.get(name) === number);
}

function describe(builds: Builds): string {
  return [...builds].map(([name, number]) => `${name}#${number}`).join(', ');
}
