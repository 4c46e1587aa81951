import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository that every tool can read, and two of its commits. */

export function git(folder, ...args) {
  return execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Workspaces in layers of ten, each package depending on three of the layer below; one in a hundred changes, from the lower middle up. */
export function syntheticRepository(components, nodeModules) {
  const folder = mkdtempSync(join(tmpdir(), `bench-${components}-`));
  git(folder, 'init', '--quiet', '--initial-branch=main');
  const write = writerIn(folder);
  write('package.json', JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }));
  const packages = { '': { name: 'root', workspaces: ['packages/*'] } };
  for (let index = 0; index < components; index += 1) {
    const layer = Math.floor(index / 10);
    const dependencies = layer === 0 ? {} : Object.fromEntries([1, 4, 7].map((step) => [`p${(layer - 1) * 10 + (index + step) % 10}`, '1.0.0']));
    const manifest = { name: `p${index}`, version: '1.0.0', dependencies };
    write(`packages/p${index}/package.json`, JSON.stringify(manifest));
    packages[`packages/p${index}`] = manifest;
    packages[`node_modules/p${index}`] = { resolved: `packages/p${index}`, link: true };
    for (let file = 0; file < 20; file += 1) {
      write(`packages/p${index}/src/file${file}.js`, `module.exports = ${file};\n`);
    }
  }
  write('package-lock.json', JSON.stringify({ name: 'root', lockfileVersion: 3, packages }));
  const base = prepare(folder, nodeModules);
  for (let index = Math.floor(components / 4); index < components; index += 100) {
    write(`packages/p${index}/src/file0.js`, 'module.exports = "changed";\n');
  }
  return { name: `synthetic, ${components} components`, folder, base, head: commit(folder), remove: () => rmSync(folder, { recursive: true }) };
}

/** A clone of a real repository at its newest commit, with a change in three of its workspaces. */
export function realRepository(path, nodeModules) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-real-'));
  execFileSync('git', ['clone', '--quiet', '--shared', path, folder], { stdio: 'ignore' });
  const base = prepare(folder, nodeModules);
  const manifests = git(folder, 'ls-files').split('\n').filter((file) => /^packages\/.*package\.json$/.test(file) && !/(test|fixture|template)/.test(file));
  for (const manifest of [0, 0.4, 0.8].map((part) => manifests[Math.floor(part * manifests.length)])) {
    appendFileSync(join(folder, dirname(manifest), 'bench-change.js'), '\n');
  }
  return { name: path.split('/').filter((part) => part !== 'repo' && part !== '.git').at(-1), folder, base, head: commit(folder), remove: () => rmSync(folder, { recursive: true }) };
}

/** What a peer needs to find the workspaces, where the repository doesn't use it by itself. */
function prepare(folder, nodeModules) {
  const write = writerIn(folder);
  const root = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const patterns = Array.isArray(root.workspaces) ? root.workspaces : root.workspaces?.packages ?? [];
  const missing = {
    'turbo.json': JSON.stringify({ tasks: { build: {} } }),
    'lerna.json': JSON.stringify({ version: 'independent', packages: patterns }),
    'nx.json': JSON.stringify({}),
    // Else it takes ranges to mean packages of the registry, and finds no dependents.
    'pnpm-workspace.yaml': `linkWorkspacePackages: true\npackages:\n${patterns.map((pattern) => `  - '${pattern}'\n`).join('')}`,
  };
  Object.entries(missing).filter(([file]) => !existsSync(join(folder, file))).forEach(([file, content]) => write(file, content));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...root, packageManager: undefined, devEngines: undefined, scripts: {} }, undefined, 2));
  appendFileSync(join(folder, '.git', 'info', 'exclude'), 'node_modules\n.nx\n.turbo\n');
  symlinkSync(nodeModules, join(folder, 'node_modules'));
  return commit(folder);
}

function writerIn(folder) {
  return (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
}

function commit(folder) {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--no-verify', '--allow-empty', '--message=bench');
  return git(folder, 'rev-parse', 'HEAD');
}
