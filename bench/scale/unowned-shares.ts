import { readFileSync } from 'node:fs';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { CommittedFiles, ContentCache } from '../../cli/git/committed-files';
import { readDifferencesInClone } from '../../cli/git/differences';
import { firstParentCommits } from '../../cli/git/revisions';
import { parseYaml } from '../../cli/yaml';
import { readToml } from '../../lambda/shared/toml';
import { Catalogue } from '../../src/core/catalogue';
import { traceLockfiles } from '../../src/core/lockfile/trace';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';

/**
 * Of the last commits of a repository: how many change a file that no component owns, and which share of the components they affect in the mean, by the
 * catalogue that is found at the last of them, or that another version of the command line found there.
 *
 *   tsx --tsconfig test/tsconfig.json bench/scale/unowned-shares.ts REPOSITORY [COMMITS [CATALOGUE]]
 */
async function main(): Promise<void> {
  const [folder, last = '200', file] = process.argv.slice(2);
  if (folder === undefined) {
    throw new Error('Name a repository: unowned-shares.ts REPOSITORY [COMMITS [CATALOGUE]]');
  }
  const repository = { folder, environment: process.env };
  const commits = await firstParentCommits(repository, 'HEAD', Number(last) + 1);
  const contents: ContentCache = new Map();
  const started = Date.now();
  const catalogue: Catalogue = file === undefined ? discoverCatalogue(new CommittedFiles(repository, commits.at(-1)!, contents)).catalogue
    : JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
  const found = Date.now() - started;
  let unowned = 0;
  let affected = 0;
  let nothing = 0;
  for (const [index, head] of commits.slice(1).entries()) {
    const base = commits[index]!;
    const changes = [...(await readDifferencesInClone(repository, base, head)).changes];
    const sides = { before: new CommittedFiles(repository, base, contents), after: new CommittedFiles(repository, head, contents) };
    const trace = await traceLockfiles({
      catalogue,
      paths: changes.map(({ path }) => path),
      read: (side, path) => Promise.resolve(sides[side].read([path]).get(path)),
      parseYaml,
      parseToml: readToml,
    });
    const plan = makeTracedPlan({ catalogue, head, comparison: { kind: 'diff', baseline: { commit: base }, changes } }, trace);
    unowned += plan.unowned.count > 0 ? 1 : 0;
    affected += plan.changed.length / catalogue.components.length;
    nothing += plan.changed.length === 0 ? 1 : 0;
  }
  const count = commits.length - 1;
  const percent = (share: number) => `${Math.round(100 * share / count)} %`;
  console.log([folder, catalogue.components.length, count, percent(unowned), percent(affected), percent(nothing), `${(found / 1000).toFixed(1)} s`].join(' | '));
}

void main();
