/** Runs the synthesized example on this machine: which builds each commit starts, of 200 components. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExampleRepository } from '../../examples/large-monorepo/repository';
import { BUILD_ENV } from '../../src/contract/environment';
import { LocalSystem } from '../system';

const COMMITS: readonly { readonly message: string; readonly change: (repository: ExampleRepository) => void }[] = [
  { message: 'Everything', change: () => undefined },
  { message: 'A service', change: (repository) => repository.append('services/service-007/index.js', '// changed\n') },
  { message: 'A library that four components use', change: (repository) => repository.append('libraries/lib-004/library.txt', 'changed\n') },
  { message: 'Documentation', change: (repository) => repository.append('README.md', 'changed\n') },
];

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'large-monorepo-'));
  const repository = new ExampleRepository(directory);
  const commits = COMMITS.map(({ message, change }) => {
    change(repository);
    return { message, commit: repository.commit(message) };
  });
  const system = await LocalSystem.start({ assembly: join(__dirname, '..', '..', 'examples', 'large-monorepo', 'cdk.out'), repository: directory, branch: 'main', standInsOnly: true });
  try {
    for (const { message, commit } of commits) {
      const before = system.executions.length;
      const started = Date.now();
      await system.moveBranch(commit);
      await system.waitUntilIdle();
      const executions = system.executions.slice(before);
      const builds = executions.flatMap(({ id }) => system.builds(id)).map(({ environment }) => environment[BUILD_ENV.component]).sort();
      const status = executions.map((execution) => execution.status).join(', ') || 'no execution';
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${message}: ${status}, ${builds.length} builds in ${seconds} s${builds.length > 0 && builds.length < 20 ? `: ${builds.join(', ')}` : ''}`);
      const failed = executions.flatMap(({ actionRuns }) => actionRuns.filter((run) => run.status === 'Failed'));
      failed.forEach((run) => console.log(`  ${run.stage}/${run.action}: ${run.message}`));
    }
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true });
  }
}

void main();
