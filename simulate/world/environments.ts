import { strFromU8, unzipSync } from 'fflate';
import { ActionResult, Execution } from './execution';
import { PIPELINE_BUCKET } from './names';
import { RELEASE_FILES } from '../../src/contract/objects';
import type { Release } from '../../src/core/release';
import { Random } from '../engine/random';
import type { Monitor } from '../model/monitor';
import { S3 } from '../services/s3';

/** What is live in an environment, or about to be. */
export interface Deployment {
  /** The execution that deploys it. */
  readonly execution: Execution;
  readonly release: Release;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Stack {
  changeSet?: Deployment;
  live?: Deployment;
  isUpdating: boolean;
}

export interface EnvironmentsProps {
  readonly places: readonly string[];
  readonly s3: S3;
  readonly monitor: Monitor;
  readonly random: Random;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly isFlaky: (random: Random) => boolean;
}

export function artifactKey(execution: Execution): string {
  return `${execution.releasedBy.id}/release.zip`;
}

/** CloudFormation in the environments' accounts and Regions. */
export class Environments {
  private readonly stacks: ReadonlyMap<string, Stack>;

  public constructor(private readonly props: EnvironmentsProps) {
    this.stacks = new Map(props.places.map((place) => [place, { isUpdating: false }]));
  }

  public live(place: string): Deployment | undefined {
    return this.stacks.get(place)!.live;
  }

  /** @param check whether the release may be deployed there now, as the guard decides in the stage */
  public async prepare(execution: Execution, place: string, check: (release: Release) => Promise<ActionResult>): Promise<ActionResult> {
    const stack = this.stacks.get(place)!;
    if (stack.isUpdating) {
      return { ok: false, why: 'The stack is being updated for an execution that was given up.', injected: true };
    }
    const files = unzipSync(this.props.s3.get(`s3://${PIPELINE_BUCKET}/${artifactKey(execution)}`)!);
    const read = (name: string) => JSON.parse(strFromU8(files[name]!)) as unknown;
    if (files[RELEASE_FILES.configuration(place)] === undefined) {
      return { ok: false, why: `The release has nothing for ${place}.`, injected: false };
    }
    const { Parameters: parameters } = read(RELEASE_FILES.configuration(place)) as { Parameters: Record<string, string> };
    stack.changeSet = { execution, release: read(RELEASE_FILES.release) as Release, parameters };
    return check(stack.changeSet.release);
  }

  public async deploy(environment: string, place: string): Promise<ActionResult> {
    const { random, sleep, monitor, isFlaky } = this.props;
    const stack = this.stacks.get(place)!;
    if (stack.isUpdating) {
      return { ok: false, why: 'The stack is being updated for an execution that was given up.', injected: true };
    }
    const deployment = stack.changeSet!;
    stack.isUpdating = true;
    await sleep(random.duration(2_000, 600_000));
    stack.isUpdating = false;
    const bad = monitor.contentOf(deployment.release).find((content) => content.includes('undeployable'));
    if (bad !== undefined || isFlaky(random)) {
      return { ok: false, why: 'The stack\'s update was rolled back.', injected: true };
    }
    stack.live = deployment;
    monitor.deployed(environment, place, deployment);
    return { ok: true };
  }
}
