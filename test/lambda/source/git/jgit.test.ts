import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommitGoneError, SourceUnavailableError } from '../../../../lambda/shared/source/errors';
import { GitRepository } from '../../../../lambda/shared/source/git/git-repository';
import { BOUNDS, Remote } from '../../../../lambda/shared/source/git/remote';
import { ManualTiming } from '../../../support/timing';
import { file, GitHistory } from '../support/git-history';

/** Where `.ci/jgit.sh` has put JGit. */
const { JGIT } = process.env;
const always = () => true;

async function start(directory: string, filter: boolean): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const child = spawn('java', ['-cp', join(JGIT!, '*'), join(__dirname, '../support/JGitServer.java'), directory, String(filter)], { stdio: ['ignore', 'pipe', 'ignore'] });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', () => reject(new Error('The JGit server did not start.')));
  });
  return { url: `http://127.0.0.1:${port}/shop.git`, process: child };
}

if (JGIT === undefined || JGIT === '') {
  test.skip('a server by JGit: run .ci/jgit.sh DIRECTORY, and set JGIT to it', () => undefined);
} else {
  describe.each([['with filters', true, 2], ['without filters', false, 2], ['of protocol 0', true, 0]] as const)('a server by JGit %s', (_, filter, protocol) => {
    const history = new GitHistory();
    let server: Awaited<ReturnType<typeof start>>;
    let base: string;
    let head: string;
    const remote = () => new Remote({
      url: server.url,
      authorization: async () => undefined,
      advice: '',
      timing: new ManualTiming(),
      bounds: BOUNDS,
      request: async (url, options) => {
        const headers = new Headers(options!.headers);
        if (protocol === 0) {
          headers.delete('git-protocol');
        }
        return fetch(url, { ...options, headers });
      },
    });
    const files = (more: string) => new Map([
      ...Array.from({ length: 60 }, (__, index) => [`a/${index % 5}/b/file-${index}`, file(`${index}\n`.repeat(50))] as const),
      ['changed', file(`long and the same\n${'line\n'.repeat(500)}${more}`)], ['a/1/link', file('x', '120000')], ['a/1/run', file('x', '100755')],
    ]);

    beforeAll(async () => {
      base = history.commit(files('1'));
      head = history.commit(new Map([...files('2'), ['new/file', file('new')]]));
      history.git(['repack', '-adfq']);
      server = await start(history.directory, filter);
    });
    afterAll(() => {
      server.process.kill();
      history.remove();
    });

    it('is read like Git\'s own', async () => {
      const opened = remote();
      const repository = new GitRepository(opened, 'shop');
      expect(await repository.branchHead('main')).toBe(head);
      expect(await opened.abilities()).toEqual({ protocol, filter, shallow: true });
      const changes = [];
      for await (const page of repository.differences(base, head)) {
        changes.push(...page);
      }
      expect(changes.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(history.differences(base, head));
      for (const path of ['', 'a', 'a/1']) {
        expect(await repository.folders(head).readFolder(path === '' ? '.' : path)).toEqual(history.folder(head, path));
      }
      expect(await repository.readFile(base, 'changed', always)).toBe(files('1').get('changed')!.content);
    });

    it('tells a branch and a commit that are not there', async () => {
      const repository = new GitRepository(remote(), 'shop');
      await expect(repository.branchHead('other')).rejects.toThrow('Branch \'other\' does not exist');
      const gone = 'd'.repeat(40);
      await expect(repository.differences(gone, head).next()).rejects.toThrow(new CommitGoneError(gone));
      await expect(new GitRepository(remote(), 'shop').folders(gone).readFolder('.')).rejects.toThrow(SourceUnavailableError);
    });
  });
}
