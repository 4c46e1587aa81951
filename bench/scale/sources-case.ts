/** Reads what a plan needs of two commits with the Git client: `tsx sources-case.ts <url> <base> <head> [file]`. Prints costs as JSON. */
import { GitRepository } from '../../lambda/shared/source/git/git-repository';
import { Remote } from '../../lambda/shared/source/git/remote';
import { systemTiming } from '../../lambda/shared/timing';

export interface SourceFigures {
  readonly differences: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the processor. */
  readonly processorSeconds: number;
  readonly megabytes: number;
}

const [url, base, head, isReadingFile] = process.argv.slice(2) as [string, string, string, string];

void (async () => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const remote = new Remote({ url, authorization: async () => undefined, advice: '', timing: systemTiming });
  const repository = new GitRepository(remote, 'bench');
  // As the diff function does: it looks before it writes the head, before it plans it, and when it is done.
  await repository.branchHead('main');
  await repository.branchHead('main');
  const paths: string[] = [];
  for await (const page of repository.differences(base, head)) {
    paths.push(...page.map(({ path }) => path));
  }
  await repository.folders(head).readFolder('.');
  if (isReadingFile === 'file') {
    await Promise.all([base, head].map(async (commit) => repository.readFile(commit, paths[0]!, () => true)));
  }
  await repository.branchHead('main');
  const { user, system } = process.cpuUsage(cpu);
  const { requests, received: bytes } = remote.transport;
  const figures: SourceFigures = {
    differences: paths.length,
    requests,
    bytes,
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(figures));
})();
