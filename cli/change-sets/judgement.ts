import { GivenChangeSet, nestedChangeSet, rootOf } from './change-sets';
import { changeSetState, NESTED_STACK, readDescribedChange } from '../../src/core/change-set/described-change';
import { Allowances, Destruction, destructions, refusedOf } from '../../src/core/change-set/guard';
import { Broadening, broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange } from '../../src/core/change-set/resource-change';
import { InputError } from '../errors';

/** What guard and approval would say of a change set. */
export interface Judgement {
  readonly refused: readonly Destruction[];
  readonly destructive: readonly Destruction[];
  readonly broadening: readonly Broadening[];
  /** How many resources change, those of nested stacks as well. */
  readonly changes: number;
}

/** Judges the root among some change sets, with those that are nested in it. @throws InputError where they cannot be judged */
export function judgeChangeSets(all: readonly GivenChangeSet[], allowances: Allowances): Judgement {
  const root = rootOf(all);
  const { Status: status, StatusReason: reason, StackName: stack } = root.head;
  switch (stateOf(root)) {
    case 'pending':
      throw new InputError(`${root.title} is still being made: its Status is ${status}. Describe it again.`);
    case 'empty':
      return { refused: [], destructive: [], broadening: [], changes: 0 };
    case 'failed':
      return {
        refused: [{ path: stack ?? root.title, type: NESTED_STACK, why: `the change set cannot be executed: ${reason ?? status}` }], destructive: [], broadening: [], changes: 0,
      };
    default: {
      const reading = new Reading(all);
      const changes = reading.changes(root);
      const destructive = destructions(changes).map((destruction) => reading.explained(destruction));
      return { refused: refusedOf(destructive, allowances), destructive, broadening: broadenings(changes), changes: changes.length };
    }
  }
}

/** An answer that tells no status is one of which a part was cut out, and it can be judged by its changes. */
function stateOf({ head: { Status: status, StatusReason: reason } }: GivenChangeSet): ReturnType<typeof changeSetState> {
  return status === undefined || status === null ? 'ready' : changeSetState(status, reason);
}

/** Reads change sets, and notes why some that are nested cannot be. */
class Reading {
  private readonly hidden = new Map<string, string>();

  public constructor(private readonly all: readonly GivenChangeSet[]) {}

  public changes(changeSet: GivenChangeSet, prefix = '', ancestors: readonly GivenChangeSet[] = []): ResourceChange[] {
    return changeSet.changes.flatMap((change, index) => {
      const own = readDescribedChange(change, index + 1, prefix);
      if (own.type !== NESTED_STACK || own.action === 'Remove') {
        return [own];
      }
      const nested = nestedChangeSet(change, changeSet, this.all);
      const lineage = [...ancestors, changeSet];
      const why = nested === undefined ? missing(change.ResourceChange?.ChangeSetId) : lineage.includes(nested) ? 'its change set is one that it is nested in' : unreadable(nested);
      if (why !== undefined) {
        this.hidden.set(own.path, why);
        return [{ ...own, unread: true }];
      }
      return [own, ...(stateOf(nested!) === 'empty' ? [] : this.changes(nested!, `${own.path}/`, lineage))];
    });
  }

  /** A nested stack whose changes cannot be seen, with the reason. */
  public explained(destruction: Destruction): Destruction {
    const why = this.hidden.get(destruction.path);
    return why === undefined ? destruction : { ...destruction, why: `${destruction.why}: ${why}` };
  }
}

function missing(id: string | null | undefined): string {
  return id ? `its change set ${id} is not among the files` : 'it has no change set of its own; make the change set with --include-nested-stacks';
}

function unreadable(changeSet: GivenChangeSet): string | undefined {
  const state = stateOf(changeSet);
  const { Status: status, StatusReason: reason } = changeSet.head;
  return state === 'ready' || state === 'empty' ? undefined : `its change set is ${status}${reason ? `: ${reason}` : ''}`;
}
