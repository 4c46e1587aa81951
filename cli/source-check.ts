import { SourceUnreadableError } from '../lambda/shared/source/errors';
import { secretAuthorization } from '../lambda/shared/source/git/authorization';
import { GitRepository } from '../lambda/shared/source/git/git-repository';
import { PackBounds } from '../lambda/shared/source/git/pack';
import { BOUNDS, Remote } from '../lambda/shared/source/git/remote';
import { remoteOpener } from '../lambda/shared/source/open-source';
import { systemTiming } from '../lambda/shared/timing';
import { GitReaderConfiguration } from '../src/contract/source';
import { TreeReader } from '../src/core/tree-reader';

/** What is known after a step. */
export interface SourceCheckLine {
  readonly mark: 'ok' | 'note' | 'fails';
  readonly what: string;
  readonly text: string;
}

export interface SourceCheckOptions {
  readonly configuration: GitReaderConfiguration;
  readonly branch: string;
  /** As a secret holds it. */
  readonly token?: string;
  readonly endpoint?: string;
  /** In place of the function's. */
  readonly bounds?: PackBounds;
}

/** Without filters a commit comes with its contents: more than this takes most of the function's time. */
const MANY_BYTES = 500 * 1024 ** 2;

const TOO_MUCH = 'Each plan would build everything. Read a host or mirror that can leave contents out (partial clones: GitHub, GitLab, or Git with uploadpack.allowFilter), with GitReader.url.';

/** Reads a source as the diff function would, and says after each step what works. */
export async function checkSource(options: SourceCheckOptions, say: (line: SourceCheckLine) => void): Promise<void> {
  const { configuration, branch } = options;
  const steps: [string, () => Promise<Omit<SourceCheckLine, 'what'>>][] = [];
  let remote: Remote;
  let repository: GitRepository;
  let head: string;
  let folders: TreeReader;
  let filters = false;
  steps.push(
    ['address', async () => {
      remote = open(options);
      repository = new GitRepository(remote, configuration.url);
      return ok(configuration.url);
    }],
    ['protocol', async () => {
      const { protocol, filter, shallow } = await remote.abilities();
      filters = filter;
      return shallow
        ? ok(`Git's protocol ${protocol}; the host lets ${configuration.authorization.kind === 'connection' ? 'your credentials through the connection' : 'the request'} read`)
        : { mark: 'note', text: `protocol ${protocol}, without shallow clones: the whole history is fetched with every plan` };
    }],
    ['filter', async () => (filters
      ? ok('contents are left out: a plan fetches folders alone')
      : { mark: 'note', text: 'the host cannot leave contents out: a plan fetches all files of both commits, 2 GB at most' })],
    ['branch', async () => {
      head = await repository.branchHead(branch);
      return ok(`${branch} is at ${head}`);
    }],
    ['commit', async () => {
      const { received } = remote.transport;
      folders = repository.folders(head);
      const root = await folders.readFolder('.');
      const bytes = remote.transport.received - received;
      const text = `${(root?.files.length ?? 0) + (root?.folders.length ?? 0)} entries at the root, ${Math.ceil(bytes / 1024)} KB received`;
      return bytes > MANY_BYTES ? { mark: 'note', text: `${text}: plans take long, and beyond 2 GB everything is built each time` } : ok(text);
    }],
    ['file', async () => {
      const file = (await folders.readFolder('.'))?.files.find(({ mode }) => mode === '100644');
      if (file === undefined) {
        return { mark: 'note', text: 'the root has no file to try' };
      }
      try {
        const text = await repository.readFile(head, file.name, () => true);
        return ok(`${file.name} has ${text?.length} characters`);
      } catch (error) {
        return { mark: 'note', text: `${file.name}: ${(error as Error).message}. Where lockfiles cannot be read, each change of one affects every component` };
      }
    }],
  );
  for (const [what, step] of steps) {
    try {
      say({ what, ...await step() });
    } catch (error) {
      const { message } = error as Error;
      say({ mark: 'fails', what, text: error instanceof SourceUnreadableError && what === 'commit' ? `${message} ${TOO_MUCH}` : message });
      return;
    }
  }
}

function open({ configuration, token, endpoint, bounds = BOUNDS }: SourceCheckOptions): Remote {
  if (token === undefined) {
    return remoteOpener(configuration, { timing: systemTiming, bounds, ...(endpoint === undefined ? {} : { endpoint }) })();
  }
  const header = secretAuthorization(token, '--token-file');
  return new Remote({ bounds, url: configuration.url, timing: systemTiming, authorization: async () => header, advice: 'Does the token allow reading this repository?' });
}

function ok(text: string): Omit<SourceCheckLine, 'what'> {
  return { mark: 'ok', text };
}
