import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const text = readFileSync(join(__dirname, '..', '..', 'docs', 'pull-requests.md'), 'utf8');
const MARKER = '<!-- cdk-modular-pipeline plan: shop -->';

let folder: string;
let server: Server;
let notes: { readonly id: number; body: string; readonly deleted?: boolean }[];
let calls: string[];

/** What GitLab and Bitbucket answer of comments, in pages of two. */
async function answer(request: IncomingMessage, host: 'gitlab' | 'bitbucket'): Promise<[number, unknown]> {
  const url = new URL(request.url!, 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  calls.push(`${request.method} ${url.pathname}`);
  const authorized = host === 'gitlab' ? request.headers['private-token'] === 'token' : request.headers.authorization === 'Bearer token';
  if (!authorized) {
    return [401, {}];
  }
  const shown = ({ id, body, deleted = false }: typeof notes[number]) => (host === 'gitlab' ? { id, body } : { id, deleted, content: { raw: body } });
  if (request.method === 'GET') {
    const page = Number(url.searchParams.get('page') ?? 1);
    const found = notes.slice((page - 1) * 2, page * 2).map(shown);
    return [200, host === 'gitlab' ? found : { values: found, ...(page * 2 < notes.length ? { next: `${base()}${url.pathname}?page=${page + 1}` } : {}) }];
  }
  const given = JSON.parse(Buffer.concat(chunks).toString()) as { body?: string; content?: { raw: string } };
  const body = (given.body ?? given.content?.raw)!;
  if (request.method === 'POST') {
    notes.push({ id: notes.length + 1, body });
    return [201, {}];
  }
  notes.find(({ id }) => url.pathname.endsWith(`/${id}`))!.body = body;
  return [200, {}];
}

const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(host: 'gitlab' | 'bitbucket'): Promise<void> {
  server = createServer((request, response) => {
    void answer(request, host).then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snippets-'));
  notes = [1, 2, 3].map((id) => ({ id, body: `a person's comment ${id} ${MARKER}` }));
  calls = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => { server?.listening ? server.close(resolve) : resolve(undefined); });
});

function section(title: string): string {
  const [, found] = new RegExp(`\\n## ${title}\\n([\\s\\S]*?)(?=\\n## |$)`).exec(text)!;
  return found;
}

describe.each([
  ['GitLab CI', 'gitlab', () => ({ CI_API_V4_URL: base(), CI_PROJECT_ID: '7', CI_MERGE_REQUEST_IID: '3' }), '/projects/7/merge_requests/3/notes'],
  ['Bitbucket Pipelines', 'bitbucket', () => ({ BITBUCKET_REPO_FULL_NAME: 'my-org/shop', BITBUCKET_PR_ID: '3' }), '/2.0/repositories/my-org/shop/pullrequests/3/comments'],
] as const)('%s', (title, host, environment, path) => {
  const program = () => /node --input-type=module -e '\n([\s\S]*?)\n *'\n/.exec(section(title))![1]
    .replace('/tmp/plan.md', join(folder, 'plan.md')).replace('https://api.bitbucket.org', base());
  const post = async (plan: string, token = 'token') => {
    writeFileSync(join(folder, 'plan.md'), `${MARKER}\n${plan}`);
    await run(process.execPath, ['--input-type=module', '-e', program()], { env: { PATH: process.env.PATH, PLAN_TOKEN: token, ...environment() } });
  };

  test('makes one comment, and updates it: whichever page it is on, and whatever others quote', async () => {
    await listen(host);
    await post('first');
    expect(notes.map(({ body }) => body).slice(3)).toEqual([`${MARKER}\nfirst`]);
    notes.push({ id: 5, body: 'later' });
    await post('second');
    expect(notes.map(({ body }) => body).slice(3)).toEqual([`${MARKER}\nsecond`, 'later']);
    expect(calls.at(-1)).toBe(`PUT ${path}/4`);
  });

  test('fails where the host refuses the token', async () => {
    await listen(host);
    await expect(post('first', 'wrong')).rejects.toThrow(/401/);
    expect(notes).toHaveLength(3);
  });
});

test('what a person deleted at Bitbucket is made again', async () => {
  await listen('bitbucket');
  notes.push({ id: 4, body: `${MARKER}\nold`, deleted: true });
  writeFileSync(join(folder, 'plan.md'), `${MARKER}\nnew`);
  const program = /node --input-type=module -e '\n([\s\S]*?)\n *'\n/.exec(section('Bitbucket Pipelines'))![1]
    .replace('/tmp/plan.md', join(folder, 'plan.md')).replace('https://api.bitbucket.org', base());
  await run(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env.PATH, PLAN_TOKEN: 'token', BITBUCKET_REPO_FULL_NAME: 'my-org/shop', BITBUCKET_PR_ID: '3' },
  });
  expect(notes.at(-1)).toEqual({ id: 5, body: `${MARKER}\nnew` });
});

test.each([['4\n9\n', '--method PATCH repos/my-org/shop/issues/comments/4'], ['', 'repos/my-org/shop/issues/3/comments']])('GitHub Actions: of the comments %j', async (found, call) => {
  const script = /run: \|\n( {10}marker[\s\S]*?\n {10}fi)\n/.exec(section('GitHub Actions'))![1].replace(/^ {10}/gm, '');
  writeFileSync(join(folder, 'gh'), `#!/bin/sh\necho "$*" >> "${folder}/calls"\ncase "$*" in *--paginate*) printf '${found.replaceAll('\n', '\\n')}';; esac\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'plan.md'), `${MARKER}\nplan`);
  await run('bash', ['-e', '-o', 'pipefail', '-c', script], { env: { PATH: `${folder}:${process.env.PATH}`, RUNNER_TEMP: folder, GITHUB_REPOSITORY: 'my-org/shop', REQUEST: '3' } });
  const [listed, changed] = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  expect(listed).toBe(`api --paginate repos/my-org/shop/issues/3/comments --jq .[] | select(.body | startswith("${MARKER}")) | .id`);
  expect(changed).toBe(`api ${call} --field body=@${folder}/plan.md`);
});
