import { createHash } from 'node:crypto';
import { wasLost } from './head';
import { isUnderWay } from './outstanding';
import { restOfTag } from '../../src/core/tags/tag-pattern';
import { followed, noticed, resolved, TagPromotion, TagState } from '../../src/core/tags/tag-state';
import { Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';
import { MOST_TAGS, tagDigest, TagStateStore } from '../shared/tag-state-store';
import { backOff, Timing } from '../shared/timing';

export interface TagFollowerProps {
  readonly solution: string;
  /** The environment that takes the tags. */
  readonly environment: string;
  readonly pattern: string;
  readonly states: Pick<TagStateStore, 'read' | 'replace'>;
  /** Tags of the repository that begin with the pattern's prefix, at least, and their commits. */
  readonly tags: () => Promise<ReadonlyMap<string, string>>;
  /** Numbers of the releases in the environment before, by commit, of those that have one. */
  readonly releases: (commitIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly pipeline: Pick<Pipeline, 'promote' | 'status' | 'isChosenSince'>;
  readonly timing: Timing;
  readonly logger: Logger;
}

const STEPS = 25;

/**
 * Brings what was promoted to an environment up to the tags that it takes.
 *
 * As the branch's head is followed: one conditional write at a time, each of what was read before the source was. So it does not matter who does a step, how
 * many do it at once, or after which step one of them ends; an execution is started under a token that its promotion alone has. One that is started late, when
 * the tags ask for something else already, is stopped by its own Plan action.
 */
export class TagFollower {
  public constructor(private readonly props: TagFollowerProps) {}

  public async follow(): Promise<void> {
    const { environment, states, timing } = this.props;
    for (let attempt = 0; attempt < STEPS; attempt++) {
      const read = await states.read(environment);
      const next = await this.advance(read?.state);
      const written = read !== undefined && isSame(read.state, next) ? read : await states.replace(environment, read, next);
      if (written !== undefined && await this.start(written)) {
        return;
      }
      await backOff(timing, attempt);
    }
    throw new Error(`The tags of environment '${environment}' could not be followed in ${STEPS} steps: others keep changing what is known of them. The schedule tries again.`);
  }

  private async advance(state: TagState | undefined): Promise<TagState> {
    const { environment, pattern, timing, releases, logger } = this.props;
    const found = [...await this.props.tags()].filter(([tag]) => restOfTag(pattern, tag) !== undefined);
    if (found.length > MOST_TAGS) {
      throw new Error(`Environment '${environment}' takes tags like '${pattern}', and the repository has ${found.length} of them, but at most ${MOST_TAGS} are followed.`
        + ' Give the environment a narrower pattern, or delete tags.');
    }
    const seen = noticed(state, { tags: new Map(found), digest: tagDigest, now: timing.now().toISOString() });
    if (seen.generation !== state?.generation) {
      logger.info('Tags are new', { environment, waiting: seen.waiting.filter(({ generation }) => generation === seen.generation).map(({ tag, commitId }) => ({ tag, commitId })) });
    }
    const current = seen.promotion === undefined ? seen : { ...seen, promotion: await this.followed(seen.promotion) };
    return current.waiting.length === 0 ? current : resolved(current, await releases([...new Set(current.waiting.map(({ commitId }) => commitId))]));
  }

  private async followed(promotion: TagPromotion): Promise<TagPromotion> {
    const { environment, pipeline } = this.props;
    if (promotion.status !== 'Started') {
      return promotion;
    }
    const status = await pipeline.status(promotion.executionId!);
    const isLost = wasLost(status);
    const isOvertaken = isLost && await pipeline.isChosenSince(promotion.executionId!, environment);
    return followed(promotion, { isLost, isOver: !isUnderWay(status), isOvertaken });
  }

  /** Starts what is to be started. False: someone else changed what is known meanwhile. */
  private async start(written: { readonly version: number; readonly state: TagState }): Promise<boolean> {
    const { environment, states, pipeline, logger } = this.props;
    const { promotion } = written.state;
    if (promotion?.status !== 'Starting') {
      return true;
    }
    const { tag, commitId, release } = promotion;
    const executionId = await pipeline.promote({ promotion: { environment, release }, commitId, tag }, this.token(promotion));
    logger.info('A tag promotes a release', { environment, tag, commit: commitId, release, execution: executionId });
    return await states.replace(environment, written, { ...written.state, promotion: { ...promotion, status: 'Started', executionId } }) !== undefined;
  }

  private token({ tag, commitId, generation, at, release, attempt }: TagPromotion): string {
    const { solution, environment } = this.props;
    return createHash('sha256').update(JSON.stringify([solution, environment, tag, commitId, generation, at, release, attempt])).digest('hex');
  }
}

function isSame(one: TagState, other: TagState): boolean {
  return one.generation === other.generation && one.seen.size === other.seen.size && [...one.seen].every((digest) => other.seen.has(digest))
    && JSON.stringify([one.waiting, one.promotion]) === JSON.stringify([other.waiting, other.promotion]);
}
