import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueComponent } from '../../src/core/catalogue';
import { PathChange } from '../../src/core/comparison';
import { makePlan } from '../../src/core/plan';
import { validateCatalogue } from '../../src/core/validate';

/** Changes of real repositories and what a widely used tool calls affected by them. */
interface Oracle {
  readonly repository: string;
  readonly oracle: string;
  readonly catalogues: CatalogueComponent[][];
  readonly changes: {
    readonly base: string;
    readonly head: string;
    readonly catalogue: number;
    /** Git's status letter, path, and for a rename the old path. */
    readonly files: ([string, string] | [string, string, string])[];
    readonly direct: string[];
    readonly affected: string[];
  }[];
}

const folder = process.env.ORACLE_DATA;
const files = folder && existsSync(folder) ? readdirSync(folder).filter((name) => /^affected-.*\.json$/.test(name)).sort() : [];

if (folder === undefined) {
  console.warn('ORACLE_DATA is not set: changes of real repositories are not compared with other tools\' answers. Set it to the folder of that data.');
}

describe('real changes and other tools\' answers', () => {
  it('are there where ORACLE_DATA names their folder', () => {
    expect(folder !== undefined && files.length === 0 ? `no affected-*.json in ${folder}` : 'fine').toBe('fine');
  });

  for (const file of files) {
    const { repository, oracle, catalogues, changes }: Oracle = JSON.parse(readFileSync(join(folder!, file), 'utf8'));

    describe(`${repository} (${oracle})`, () => {
      it('has catalogues that are valid', () => {
        expect(catalogues.flatMap((components) => validateCatalogue({ version: 1, components }))).toEqual([]);
      });

      // The tools ignore what no package owns: that is `unownedPaths: 'ignore'`, with no global paths.
      test.each(changes.map((change) => [change.base.slice(0, 12), change.head.slice(0, 12), change] as const))('%s..%s', (_base, _head, change) => {
        const plan = makePlan({
          catalogue: { version: 1, components: catalogues[change.catalogue], unownedPaths: 'ignore' },
          head: change.head,
          comparison: { kind: 'diff', baseline: { commit: change.base }, changes: change.files.flatMap(bothSides) },
        });
        const direct = plan.changed.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'Direct'));
        expect(direct.map(({ component }) => component).sort()).toEqual([...change.direct].sort());
        expect(plan.changed.map(({ component }) => component).sort()).toEqual([...change.affected].sort());
      });
    });
  }
});

function bothSides([status, path, oldPath]: Oracle['changes'][number]['files'][number]): PathChange[] {
  if (oldPath !== undefined) {
    return [{ path: oldPath, type: 'D' }, { path, type: 'A' }];
  }
  return [{ path, type: status as PathChange['type'] }];
}
