import { join } from 'node:path';

/** The commands that answer "which components does this change affect?", and two to measure them by. */
export function tools({ folder, base, head }, { cli, catalogue, nodeModules }) {
  const bin = (name) => join(nodeModules, '.bin', name);
  return [
    { name: 'git diff --name-only', command: 'git', args: ['diff', '--name-only', base, head], cwd: folder },
    { name: 'node -e 0', command: process.execPath, args: ['-e', '0'], cwd: folder },
    {
      name: 'cdk-modular-pipeline plan',
      command: process.execPath,
      args: [cli, 'plan', '--catalogue', catalogue, '--base', base, '--head', head, '--json'],
      cwd: folder,
      count: (output) => JSON.parse(output).changed.length,
    },
    {
      name: 'turbo ls --affected',
      command: bin('turbo'),
      args: ['ls', '--affected', '--output=json', '--dangerously-disable-package-manager-check'],
      cwd: folder,
      env: { TURBO_SCM_BASE: base, TURBO_SCM_HEAD: head, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      count: (output) => JSON.parse(output).packages.count,
    },
    {
      name: 'nx show projects --affected (no daemon)',
      command: bin('nx'),
      args: ['show', 'projects', '--affected', `--base=${base}`, `--head=${head}`, '--json'],
      cwd: folder,
      env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
      count: (output) => JSON.parse(output).length,
    },
    {
      name: 'pnpm ls --filter',
      command: bin('pnpm'),
      args: ['ls', '-r', '--depth', '-1', '--json', '--filter', `...[${base}]`],
      cwd: folder,
      count: (output) => JSON.parse(output).length,
    },
    {
      name: 'lerna ls --since',
      command: bin('lerna'),
      args: ['ls', '--all', '--json', '--loglevel', 'error', '--since', base, '--include-dependents'],
      cwd: folder,
      env: { NX_DAEMON: 'false' },
      count: (output) => JSON.parse(output).length,
    },
  ];
}
