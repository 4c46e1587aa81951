import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './support/run';
import { checkSource, SourceCheckLine } from '../../cli/source-check';
import { BOUNDS } from '../../lambda/shared/source/git/remote';
import { file, GitHistory } from '../lambda/source/support/git-history';
import { GitServer } from '../lambda/source/support/git-server';

describe('source check', () => {
  const history = new GitHistory();
  let server: GitServer;
  let head: string;
  beforeAll(async () => {
    head = history.commit(new Map([['README.md', file('Hello\n')], ['a/b', file('c')]]));
    server = await GitServer.start(history.directory);
  });
  afterAll(async () => {
    await server.stop();
    history.remove();
  });
  const check = async (...args: string[]) => run(['source', 'check', '--url', server.url, '--branch', 'main', ...args]);

  it('says line by line what works', async () => {
    const { code, out } = await check();
    expect(out.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual(['ok address', 'ok protocol', 'ok filter', 'ok branch', 'ok commit', 'ok file', '']);
    expect(out).toContain(`main is at ${head}`);
    expect(out).toContain('README.md has 6 characters');
    expect(code).toBe(0);
  });

  it('says what a host without filters costs', async () => {
    server.settings = { hidesProtocol2: true, hasNoFilter: true };
    const { code, out } = await check();
    server.settings = {};
    expect(out).toContain('note   filter     the host cannot leave contents out');
    expect(code).toBe(0);
  });

  it('ends at the first step that fails, with what to do', async () => {
    server.before = (_request, response) => {
      response.writeHead(401).end();
      return true;
    };
    const token = join(history.directory, 'token');
    writeFileSync(token, 'ghp_secret');
    const { code, out } = await check('--token-file', token);
    server.before = () => false;
    expect(out).toMatch(/fails {2}protocol .*answers 401\. Does the token allow reading this repository\?\n$/);
    expect(out).not.toContain('ghp_secret');
    expect(code).toBe(1);
    const missing = await run(['source', 'check', '--url', server.url, '--branch', 'other']);
    expect(missing.out).toMatch(/fails {2}branch .*Branch 'other' does not exist/);
  });

  it('refuses a repository of which more would have to be fetched than is read, and says what to do', async () => {
    server.settings = { hasNoFilter: true };
    const lines: SourceCheckLine[] = [];
    await checkSource({
      configuration: { kind: 'git', url: server.url, authorization: { kind: 'none' } }, branch: 'main', bounds: { ...BOUNDS, pack: 100 },
    }, (line) => lines.push(line));
    server.settings = {};
    expect(lines.map(({ mark, what }) => `${mark} ${what}`)).toEqual(['ok address', 'ok protocol', 'note filter', 'ok branch', 'fails commit']);
    expect(lines.at(-1)!.text).toMatch(/is more than is read: the pack has more than 100 bytes\. Each plan would build everything\. Read a host or mirror that can/);
  });

  test.each([
    [['check'], 'needs --branch'],
    [['check', '--branch', 'main'], 'needs --connection ARN with --repository OWNER/NAME, or --url URL'],
    [['check', '--branch', 'main', '--connection', 'arn'], 'needs --connection ARN with --repository'],
    [['check', '--branch', 'main', '--connection', 'arn', '--repository', 'a/b'], '--connection is \'arn\''],
    [['try', '--branch', 'main', '--url', 'https://git.example.com/a.git'], 'received \'try\''],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await run(['source', ...args]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
