import fc from 'fast-check';
import { TagFollower } from '../../../lambda/diff/tag-follower';
import type { TaggedPromotion } from '../../../lambda/shared/pipeline';
import { StoredTagState } from '../../../lambda/shared/tag-state-store';
import { isWanted, TagState } from '../../../src/core/tags/tag-state';
import { ManualTiming } from '../../support/timing';

interface Started extends TaggedPromotion {
  readonly id: string;
  readonly token: string;
  status: 'InProgress' | 'Succeeded' | 'Superseded' | 'Failed';
}

class Crash extends Error {}

/** A repository with tags, an environment before with releases, a pipeline, and what is known of the tags. */
class Surroundings {
  public readonly tags = new Map<string, string>();
  /** Numbers by commit, as the environment before has them. */
  public readonly releases = new Map<string, number>();
  public readonly executions: (Started | { readonly id: string; readonly byHand: true })[] = [];
  public stored?: StoredTagState;
  /** How many more calls are made before the function ends. */
  public callsLeft = Infinity;
  /** Runs once, before the call after so many more. */
  public meanwhile?: { calls: number; readonly run: () => Promise<void> };

  public follower(): TagFollower {
    return new TagFollower({
      solution: 'shop',
      environment: 'prod',
      pattern: 'v*',
      states: {
        read: async () => this.call(() => this.stored),
        replace: async (_, read, state) => this.call(() => this.replace(read, state)),
      },
      tags: async () => this.call(() => new Map(this.tags)),
      releases: async (commits) => this.call(() => new Map([...this.releases].filter(([commit]) => commits.includes(commit)))),
      pipeline: {
        promote: async (promotion, token) => this.call(() => this.promote(promotion, token)),
        status: async (id) => this.call(() => this.started().find((execution) => execution.id === id)?.status),
        isChosenSince: async (id) => this.call(() => {
          const index = this.executions.findIndex((execution) => execution.id === id);
          return index < 0 || this.executions.slice(index + 1).some((execution) => 'byHand' in execution);
        }),
      },
      timing: new ManualTiming(),
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined } as never,
    });
  }

  public async look(): Promise<void> {
    await this.follower().follow();
  }

  public started(): Started[] {
    return this.executions.filter((execution): execution is Started => 'token' in execution);
  }

  public promoted(): string[] {
    return this.started().map(({ tag, promotion }) => `${tag} ${'release' in promotion ? promotion.release : ''}`);
  }

  private async call<T>(answer: () => T): Promise<T> {
    const other = this.meanwhile;
    if (other !== undefined && other.calls-- <= 0) {
      this.meanwhile = undefined;
      await other.run();
    }
    if (this.callsLeft-- <= 0) {
      throw new Crash();
    }
    return answer();
  }

  private replace(read: StoredTagState | undefined, state: TagState): StoredTagState | undefined {
    if (read?.version !== this.stored?.version) {
      return undefined;
    }
    this.stored = { version: (read?.version ?? 0) + 1, state };
    return this.stored;
  }

  private promote(promotion: TaggedPromotion, token: string): string {
    const known = this.started().find((execution) => execution.token === token);
    if (known === undefined) {
      this.executions.push({ ...promotion, id: `e${this.executions.length}`, token, status: 'InProgress' });
    }
    return (known ?? this.executions.at(-1)!).id;
  }
}

describe('an environment that takes tags', () => {
  let all: Surroundings;
  beforeEach(async () => {
    all = new Surroundings();
    all.tags.set('v0', 'old');
    all.releases.set('old', 1);
    await all.look();
  });

  test('leaves tags alone that were there before, and what is none of the pattern', async () => {
    all.tags.set('x1', 'old');
    await all.look();
    expect(all.promoted()).toEqual([]);
  });

  test('promotes the release of a commit that is tagged, once', async () => {
    all.tags.set('v1', 'old');
    await all.look();
    await all.look();
    expect(all.promoted()).toEqual(['v1 1']);
    expect(all.started()[0]).toMatchObject({ promotion: { environment: 'prod', release: 1 }, commitId: 'old', tag: 'v1' });
  });

  test('waits for the release of a commit, unless the tag is deleted or moved meanwhile', async () => {
    ['v1', 'v2', 'v3'].forEach((tag) => all.tags.set(tag, `commit of ${tag}`));
    await all.look();
    expect(all.promoted()).toEqual([]);
    all.tags.delete('v2');
    all.tags.set('v3', 'another');
    await all.look();
    ['v2', 'v3'].forEach((tag) => all.releases.set(`commit of ${tag}`, 2));
    await all.look();
    expect(all.promoted()).toEqual([]);
    all.releases.set('commit of v1', 3);
    await all.look();
    all.releases.set('another', 4);
    await all.look();
    expect(all.promoted()).toEqual(['v1 3', 'v3 4']);
  });

  test('of tags that are found together the newest release is promoted, and an older one never after it', async () => {
    all.releases.set('b', 3);
    all.tags.set('v2', 'b').set('v1', 'a');
    await all.look();
    all.releases.set('a', 2);
    await all.look();
    expect(all.promoted()).toEqual(['v2 3']);
  });

  test('a tag that is moved, or deleted and made again, asks again', async () => {
    all.releases.set('new', 2);
    all.tags.set('v0', 'new');
    await all.look();
    all.tags.delete('v0');
    await all.look();
    all.tags.set('v0', 'new');
    await all.look();
    expect(all.promoted()).toEqual(['v0 2', 'v0 2']);
  });

  test('a promotion that was superseded is started again, unless somebody chose something else since', async () => {
    all.tags.set('v1', 'old');
    await all.look();
    all.started()[0].status = 'Superseded';
    await all.look();
    expect(all.promoted()).toEqual(['v1 1', 'v1 1']);
    all.started()[1].status = 'Superseded';
    all.executions.push({ id: 'by hand', byHand: true });
    await all.look();
    await all.look();
    expect(all.promoted()).toHaveLength(2);
  });

  test.each(['Succeeded', 'Failed'] as const)('a promotion that %s is not started again', async (status) => {
    all.tags.set('v1', 'old');
    await all.look();
    all.started()[0].status = status;
    await all.look();
    expect(all.promoted()).toHaveLength(1);
  });

  test.each([0, 1, 2, 3])('a look that another one comes into, before call %i, changes nothing of what that one knows', async (calls) => {
    all.meanwhile = {
      calls,
      run: async () => {
        all.tags.set('v1', 'old');
        await all.look();
        all.started()[0].status = 'Succeeded';
      },
    };
    all.tags.set('v3', 'unreleased');
    await all.look();
    await all.look();
    expect(all.promoted()).toEqual(['v1 1']);
    expect(all.stored!.state.waiting.map(({ tag }) => tag)).toEqual(['v3']);
  });

  test('too many tags are refused', async () => {
    Array.from({ length: 40_001 }, (_, index) => all.tags.set(`v${index}`, 'old'));
    await expect(all.look()).rejects.toThrow('40001 of them, but at most 40000');
  });
});

/** What may happen, in any order. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('tag' as const), tag: fc.nat(3), commit: fc.nat(5) }),
  fc.record({ kind: fc.constant('untag' as const), tag: fc.nat(3) }),
  fc.record({ kind: fc.constant('release' as const), commit: fc.nat(5) }),
  fc.record({ kind: fc.constant('end' as const), status: fc.constantFrom('Succeeded' as const, 'Superseded' as const, 'Failed' as const) }),
  fc.record({ kind: fc.constant('look' as const), crashAfter: fc.option(fc.nat(8), { nil: undefined }), second: fc.option(fc.nat(5), { nil: undefined }) }),
);

test('whatever happens, and wherever looks end, the last tag that has a release is what was promoted last', async () => {
  await fc.assert(fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
    const all = new Surroundings();
    all.tags.set('v9', 'before');
    all.releases.set('before', 1);
    await all.look();
    let number = 1;
    /** How often each tag may be promoted: for each time that it was made or moved, and again for each that was superseded. */
    const reasons = new Map<string, number>();
    const reason = (tag: string) => reasons.set(tag, (reasons.get(tag) ?? 0) + 1);
    for (const one of happenings) {
      const running = [...all.started()].reverse().find(({ status }) => status === 'InProgress');
      switch (one.kind) {
        case 'tag': if (all.tags.get(`v${one.tag}`) !== `c${one.commit}`) {
          all.tags.set(`v${one.tag}`, `c${one.commit}`);
          reason(`v${one.tag}`);
        } break;
        case 'untag': all.tags.delete(`v${one.tag}`); break;
        case 'release': all.releases.set(`c${one.commit}`, ++number); break;
        case 'end': if (running !== undefined) {
          running.status = one.status;
          if (one.status === 'Superseded') {
            reason(running.tag);
          }
        } break;
        case 'look': {
          all.callsLeft = one.crashAfter ?? Infinity;
          all.meanwhile = one.second === undefined ? undefined : {
            calls: one.second,
            run: async () => {
              const left = all.callsLeft;
              all.callsLeft = Infinity;
              // What happens at the same time: this look sees it, and the other one may not.
              if (all.tags.get('v0') !== 'c0') {
                all.tags.set('v0', 'c0');
                reason('v0');
              }
              await all.look();
              all.callsLeft = left;
            },
          };
          await all.look().catch((error: unknown) => {
            if (!(error instanceof Crash)) {
              throw error;
            }
          });
          all.callsLeft = Infinity;
          all.meanwhile = undefined;
        }
      }
      // Nothing was ever promoted that was no release of the tag's commit, nor for a tag that was there before.
      all.started().forEach(({ tag, commitId, promotion }) => {
        expect(tag).not.toBe('v9');
        expect(all.releases.has(commitId)).toBe(true);
        expect('release' in promotion && promotion.release).toBeLessThanOrEqual(all.releases.get(commitId)!);
      });
      for (const [tag, count] of reasons) {
        expect([tag, all.started().filter((execution) => execution.tag === tag).length <= count]).toEqual([tag, true]);
      }
    }
    await all.look();
    const { state } = all.stored!;
    expect(state.waiting.filter(({ commitId }) => all.releases.has(commitId))).toEqual([]);
    // What the tags ask for was started. Whatever was started late by a look that another one overtook, its Plan action stops.
    const wanted = () => all.started().filter(({ tag, promotion }) => (
      isWanted(all.stored!.state, { tag, release: (promotion as { release: number }).release })));
    expect([state.promotion?.status === 'Starting', wanted().length > 0]).toEqual([false, state.promotion !== undefined]);
    expect(all.started().length === 0 || state.promotion !== undefined).toBe(true);
    // What is waited for is newer than what was promoted, or was found with it.
    state.waiting.forEach(({ generation }) => expect(generation).toBeGreaterThanOrEqual(state.promotion?.generation ?? 0));
    // Once every tag has its release, the tag that was found last is what is promoted.
    const open = state.waiting.filter(({ tag, commitId }) => all.tags.get(tag) === commitId);
    open.forEach(({ commitId }) => all.releases.set(commitId, ++number));
    await all.look();
    const newest = Math.max(...open.map(({ generation }) => generation));
    expect(open.length === 0 || open.some(({ tag, generation }) => generation === newest && tag === wanted().at(-1)!.tag)).toBe(true);
    // A quiet look starts nothing.
    const count = all.executions.length;
    all.started().forEach((execution) => { execution.status = 'Succeeded'; });
    await all.look();
    expect(all.executions).toHaveLength(count);
  }), { numRuns: 300 });
});
