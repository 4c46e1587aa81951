import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { WorkTreeFiles } from '../../cli/discovery/work-tree-files';
import { Catalogue } from '../../src/core/catalogue';

/** From one folder to another that it needs. */
type Edge = readonly [from: string, to: string];

interface Oracle {
  readonly name: string;
  /** Files of the root that say that it applies. */
  readonly by: readonly string[];
  edges(folder: string, catalogue: Catalogue): Edge[];
}

const OUTPUT = { encoding: 'utf8' as const, maxBuffer: 2 ** 30, stdio: 'pipe' as const };

/** Modules that others are made of are looked up, as far as Go needs them to read imports. */
const ENVIRONMENT = { ...process.env, GOFLAGS: '-mod=mod' };

/** Path dependencies of the members, of all kinds, targets and features. */
const cargo: Oracle = {
  name: 'cargo metadata --no-deps --all-features',
  by: ['Cargo.toml'],
  edges(folder) {
    const text = execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps', '--all-features', '--offline'], { ...OUTPUT, cwd: folder });
    const { packages } = JSON.parse(text) as { packages: { manifest_path: string; dependencies: { path?: string }[] }[] };
    return packages.flatMap(({ manifest_path: manifest, dependencies }) => dependencies.flatMap(({ path }): Edge[] => (
      path === undefined ? [] : [[relative(folder, join(manifest, '..')) || '.', relative(folder, path) || '.']])));
  },
};

/** Imports of packages and their tests, module by module. What comes from elsewhere need not be there. */
const go: Oracle = {
  name: 'go list -e -test',
  by: ['go.mod', 'go.work'],
  edges(folder, { components }) {
    const modules = components.filter(({ path }) => existsSync(join(folder, path, 'go.mod')));
    const names = new Map(modules.map(({ path }) => [execFileSync('go', ['list', '-m'], { ...OUTPUT, cwd: join(folder, path), env: ENVIRONMENT }).trim(), path]));
    const owner = (imported: string) => [...names.keys()].filter((name) => imported === name || imported.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0];
    return modules.flatMap(({ path }) => {
      const text = execFileSync('go', ['list', '-e', '-f', '{{join .Imports "\\n"}}\n{{join .TestImports "\\n"}}\n{{join .XTestImports "\\n"}}', './...'], { ...OUTPUT, cwd: join(folder, path), env: ENVIRONMENT });
      return text.split('\n').flatMap((imported): Edge[] => {
        const name = owner(imported);
        return name === undefined || names.get(name) === path ? [] : [[path, names.get(name)!]];
      });
    });
  },
};

/**
 * Compares the dependencies that discovery finds with what the ecosystem's own tool says of the same commit: none may lack; more are counted.
 * It fails where one lacks, or where no tool ran.
 *
 *   tsx --tsconfig test/tsconfig.json bench/scale/edges-oracle.ts REPOSITORY...
 */
function main(): void {
  let failed = process.argv.length < 3;
  for (const repository of process.argv.slice(2)) {
    const folder = mkdtempSync(join(tmpdir(), 'edges-oracle-'));
    try {
      execFileSync('git', ['clone', '-q', '--shared', repository, folder], { ...OUTPUT });
      const { catalogue } = discoverCatalogue(WorkTreeFiles.around(folder));
      const oracles = [cargo, go].filter(({ by }) => by.some((file) => existsSync(join(folder, file))));
      failed ||= oracles.length === 0;
      oracles.forEach((oracle) => {
        failed = !judge(repository, catalogue, oracle.name, oracle.edges(folder, catalogue)) || failed;
      });
      if (oracles.length === 0) {
        console.log(`${repository}: no tool ran`);
      }
    } catch (error) {
      failed = true;
      console.log(`${repository}: not run: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.exitCode = failed ? 1 : 0;
}

function judge(repository: string, { components }: Catalogue, tool: string, wanted: readonly Edge[]): boolean {
  const byPath = new Map(components.map((component) => [component.path, component]));
  const pathOf = new Map(components.map(({ name, path }) => [name, path]));
  const distinct = [...new Map(wanted.filter(([from, to]) => from !== to).map((edge) => [edge.join(' > '), edge])).values()];
  const lacking = distinct.filter(([from, to]) => {
    const component = byPath.get(from);
    const needed = [...component?.dependsOn ?? [], ...component?.testDependsOn ?? []].map((name) => pathOf.get(name));
    // What is no component is part of whoever needs it.
    return component === undefined || !(needed.includes(to) || (component.include ?? []).some((glob) => glob.startsWith(`${to}/`)));
  });
  const known = new Set(distinct.map((edge) => edge.join(' > ')));
  const more = components.flatMap(({ path, dependsOn = [], testDependsOn = [] }) => [...dependsOn, ...testDependsOn].map((name) => `${path} > ${pathOf.get(name)!}`))
    .filter((edge) => !known.has(edge));
  console.log(`${repository}: ${tool}: ${distinct.length} dependencies, ${lacking.length} lack, ${more.length} more are found`);
  lacking.forEach(([from, to]) => console.log(`LACKS ${from} > ${to}`));
  return lacking.length === 0;
}

main();
