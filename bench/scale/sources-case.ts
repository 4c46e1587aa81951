/** Reads what a plan needs of two commits with the Git client: `tsx sources-case.ts <url> <base> <head>`. Prints costs as JSON. */
import { GitRepository } from '../../lambda/shared/source/git/git-repository';
import { Remote } from '../../lambda/shared/source/git/remote';
import { systemTiming } from '../../lambda/shared/timing';

export interface SourceFigures {
  readonly differences: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly megabytes: number;
}

const [url, base, head] = process.argv.slice(2) as [string, string, string];

void (async () => {
  const started = performance.now();
  const remote = new Remote({ url, authorization: async () => undefined, advice: '', timing: systemTiming });
  const repository = new GitRepository(remote, 'bench');
  await repository.branchHead('main');
  let differences = 0;
  for await (const page of repository.differences(base, head)) {
    differences += page.length;
  }
  await repository.folders(head).readFolder('.');
  const { requests, received: bytes } = remote.transport;
  const figures: SourceFigures = {
    differences, requests, bytes, seconds: (performance.now() - started) / 1000, megabytes: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(figures));
})();
