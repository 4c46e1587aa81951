import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runBatch } from '../../simulate/batch';

const ROOT = join(__dirname, '..', '..');

function simulate(...args: string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', 'simulate/main.ts', ...args], {
    cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TSX_TSCONFIG_PATH: 'test/tsconfig.json' },
  });
}

describe('processes side by side', () => {
  it('make of histories what one process makes of them', async () => {
    const { executions, calls } = await runBatch({ seed: 1, count: 45 });
    expect(simulate('--histories', '45', '--seed', '1')).toContain(`45 histories, ${executions} executions, ${calls} AWS calls: every rule held.`);
  });

  it('tell of a defect when it was caught first', async () => {
    const { histories, violation } = await runBatch({ seed: 1, count: 60, defect: 'first-page-of-differences' });
    const printed = simulate('--planted', '--defects', 'first-page-of-differences,plan-after-start');
    expect(printed).toMatch(new RegExp(`caught  first-page-of-differences +${histories} histor.*by seed ${violation!.seed}: ${violation!.rule}`));
    expect(printed).toContain('2 of 2 planted defects were caught.');
  });
});
