import { SourceUnavailableError, SourceUnreadableError } from '../../lambda/shared/source/errors';
import { SourceRepository } from '../../lambda/shared/source/source-repository';
import type { PathChange } from '../../src/core/comparison';
import type { TreeReader } from '../../src/core/tree-reader';
import { Random } from '../engine/random';
import type { Sandbox } from '../engine/sandbox';

/** What a Git host does to those who read from it; shares of 1. */
export interface HostSettings {
  /** Of the spans of time in which it answers no one. */
  readonly outages: number;
  /** Of the pairs of commits whose differences are over the reader's bound, now and at every later attempt. */
  readonly overTheBound: number;
}

export interface HostedSourceProps {
  readonly seed: number;
  readonly host: HostSettings;
  /** What is read where the host answers. */
  readonly repository: SourceRepository;
  readonly sandbox: Sandbox;
  /** Whether chance has its way: otherwise there are no outages. */
  readonly isTroubled: () => boolean;
}

/** How long an outage lasts, or the time between two of them. */
const SPAN_MS = 7 * 60_000;

/** A source behind the port, as a Git host is: out of reach for minutes, with or without a word for how long; and unable to compare some commits, for good. */
export class HostedSource implements SourceRepository {
  public constructor(private readonly props: HostedSourceProps) {}

  public get name(): string {
    return this.props.repository.name;
  }

  public async branchHead(branch: string): Promise<string> {
    this.requireAnswer();
    return this.props.repository.branchHead(branch);
  }

  public async *differences(before: string, after: string): AsyncIterable<readonly PathChange[]> {
    this.requireAnswer();
    const { seed, host, repository } = this.props;
    if (Random.named(seed, 'pair of commits', before, after).chance(host.overTheBound)) {
      throw new SourceUnreadableError(`What differs between ${before} and ${after} is over the bound.`);
    }
    for await (const page of repository.differences(before, after)) {
      yield page;
      this.requireAnswer();
    }
  }

  public folders(commitId: string): TreeReader {
    const inner = this.props.repository.folders(commitId);
    return {
      readFolder: async (path) => {
        this.requireAnswer();
        return inner.readFolder(path);
      },
    };
  }

  public async readFile(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    this.requireAnswer();
    return this.props.repository.readFile(commitId, path, inTime);
  }

  private requireAnswer(): void {
    const { seed, host, sandbox, isTroubled } = this.props;
    const now = sandbox.timing.now().getTime();
    const chance = Random.named(seed, 'span', Math.floor(now / SPAN_MS));
    if (isTroubled() && chance.chance(host.outages)) {
      sandbox.noteFault('outage of the host');
      throw new SourceUnavailableError('The host does not answer.', chance.pick([
        { status: 429, retryAfterMs: SPAN_MS - now % SPAN_MS }, { status: 429 }, { status: 503, mayPass: true }, { status: 404 }, {},
      ]));
    }
  }
}
