/** A tag that asks for its commit. */
export interface TagWish {
  readonly tag: string;
  /** The commit that the tag points at: an annotated one is peeled. */
  readonly commitId: string;
  /** The look that found it. */
  readonly generation: number;
  /** When that was, ISO 8601. */
  readonly at: string;
}

/** The promotion that a tag asked for last. */
export interface TagPromotion extends TagWish {
  /** The release's number in the environment before. */
  readonly release: number;
  /** Grows when it is started again because its execution was cancelled or superseded. */
  readonly attempt: number;
  /** `Starting`: to be completed by anyone who sees it. `Started`: an execution has it. `Done`: nothing is left to do about it. */
  readonly status: 'Starting' | 'Started' | 'Done';
  readonly executionId?: string;
}

/** What is known of the tags that an environment takes. */
export interface TagState {
  /** Grows with each look that finds a tag which is new. */
  readonly generation: number;
  /** Digests of the tags with their commits, as the last look found them. */
  readonly seen: ReadonlySet<string>;
  /** Tags whose commit has no release yet in the environment before. */
  readonly waiting: readonly TagWish[];
  readonly promotion?: TagPromotion;
}

/** The tags that a look found. */
export interface TagSight {
  /** Commits by the names of the environment's tags. */
  readonly tags: ReadonlyMap<string, string>;
  /** Of a tag with its commit. */
  readonly digest: (tag: string, commitId: string) => string;
  /** When they were looked at, ISO 8601. */
  readonly now: string;
}

/** Wishes that are waited for: older ones are given up. */
export const MOST_WAITING = 100;

/**
 * What a look changes: tags that are new ask for their commits, also where they were moved, or deleted and made again; one that is gone asks for nothing any
 * more. The tags that the first look finds were there before the environment took any, and ask for nothing.
 */
export function noticed(state: TagState | undefined, { tags, digest, now: at }: TagSight): TagState {
  const all = [...tags].map(([tag, commitId]) => ({ tag, commitId, digest: digest(tag, commitId) }));
  const seen = new Set(all.map((one) => one.digest));
  if (state === undefined) {
    return { generation: 0, seen, waiting: [] };
  }
  const found = all.filter((one) => !state.seen.has(one.digest));
  const generation = found.length === 0 ? state.generation : state.generation + 1;
  const kept = state.waiting.filter(({ tag, commitId }) => tags.get(tag) === commitId && !found.some((one) => one.tag === tag));
  const wishes = found.map(({ tag, commitId }): TagWish => ({ tag, commitId, generation, at })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return { ...state, generation, seen, waiting: [...kept, ...wishes].slice(-MOST_WAITING) };
}

/**
 * Lets a waiting tag whose commit has a release become the promotion: the one that was found last; of those that were found together, the one whose release is
 * the newest. What was found before it is given up.
 *
 * @param releases numbers of the releases that were live in the environment before, by commit
 */
export function resolved(state: TagState, releases: ReadonlyMap<string, number>): TagState {
  const ready = state.waiting.flatMap((wish) => {
    const release = releases.get(wish.commitId);
    return release === undefined ? [] : [{ ...wish, release }];
  });
  const [chosen] = ready.sort((a, b) => b.generation - a.generation || b.release - a.release || (a.tag < b.tag ? -1 : 1));
  if (chosen === undefined) {
    return state;
  }
  const waiting = state.waiting.filter((wish) => wish.generation >= chosen.generation && !releases.has(wish.commitId));
  const isOvertaken = state.promotion !== undefined && state.promotion.generation === chosen.generation && state.promotion.release > chosen.release;
  return isOvertaken ? { ...state, waiting } : { ...state, waiting, promotion: { ...chosen, attempt: 1, status: 'Starting' } };
}

/** Whether a promotion is what the tags ask for now. One that was started before a later tag was found, by a look that came to its end after it, is not. */
export function isWanted(state: TagState | undefined, { tag, release }: Pick<TagPromotion, 'tag' | 'release'>): boolean {
  return state?.promotion?.tag === tag && state.promotion.release === release;
}

/** What became of the execution that a promotion was started as. */
export interface StartedPromotion {
  /** Whether it ended without having had its chance: it was cancelled or superseded. One that failed or was stopped by a person had it. */
  readonly isLost: boolean;
  /** Whether it has ended, or is not known any more. */
  readonly isOver: boolean;
  /** Whether something was deployed to the environment since, or is being deployed, that someone else chose. */
  readonly isOvertaken: boolean;
}

/** A promotion whose execution was lost is started again, unless someone chose something else since. */
export function followed(promotion: TagPromotion, { isLost, isOver, isOvertaken }: StartedPromotion): TagPromotion {
  if (promotion.status !== 'Started' || !isOver) {
    return promotion;
  }
  const { executionId: _lost, ...rest } = promotion;
  return isLost && !isOvertaken ? { ...rest, status: 'Starting', attempt: promotion.attempt + 1 } : { ...promotion, status: 'Done' };
}
