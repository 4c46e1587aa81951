import { ByteQueue } from '../../../../lambda/shared/source/git/byte-queue';
import { Advertisement, canDeepen, canFilter, fetchRequest, objectFormat, readAdvertisement, refRequest } from '../../../../lambda/shared/source/git/protocol';

// What hosts were seen to answer, as people published it. Of GitLab, Bitbucket Cloud and Azure DevOps no raw answer to a reading client is known.

const HEAD = '44b7c48848eadb91c330c2a104189d8dca5a393d';
const WANTS = ['a'.repeat(40), 'b'.repeat(40)];

async function advertised(...lines: readonly string[]): Promise<Advertisement> {
  const packets = lines.map((line) => (line === '0000' ? line : `${(Buffer.byteLength(line) + 5).toString(16).padStart(4, '0')}${line}\n`)).join('');
  return readAdvertisement(new ByteQueue((async function* () { yield Buffer.from(packets); })()));
}

/** Azure DevOps' rule, as it was measured there: a list of capabilities without either of these is answered by 400, TF401041. */
function isTakenByAzureDevOps(request: string): boolean {
  const [, capabilities] = /^[0-9a-f]{4}want [0-9a-f]{40}( [^\n]*)?\n/.exec(request)!;
  return capabilities === undefined || /\bmulti_ack(_detailed)?\b/.test(capabilities);
}

test('GitHub, protocol 2: one ref, and commits without history and contents', async () => {
  const github = await advertised(
    '# service=git-upload-pack', '0000', 'version 2', 'agent=git/github-b60c2b516187', 'ls-refs=unborn', 'fetch=shallow wait-for-done filter', 'server-option', 'object-format=sha1', '0000');
  expect([github.version, canFilter(github), canDeepen(github), objectFormat(github)]).toEqual([2, true, true, 'sha1']);
  expect(refRequest(github, 'refs/heads/main')).toBe('0014command=ls-refs\n0017object-format=sha1\n0001001fref-prefix refs/heads/main\n0000');
  expect(fetchRequest(github, { wants: WANTS, commits: true })).toBe([
    '0012command=fetch\n', '0017object-format=sha1\n', '0001', '000eofs-delta\n', '0010no-progress\n', ...WANTS.map((id) => `0032want ${id}\n`), '000ddeepen 1\n', '0015filter blob:none\n', '0009done\n', '0000',
  ].join(''));
});

test('GitHub, protocol 0: the same', async () => {
  const github = await advertised(
    '# service=git-upload-pack', '0000',
    `${HEAD} HEAD\0multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed allow-tip-sha1-in-want allow-reachable-sha1-in-want no-done symref=HEAD:refs/heads/main filter object-format=sha1 agent=git/github-g979fda6922df`,
    `${HEAD} refs/heads/main`, '0000');
  expect([github.version, canFilter(github), canDeepen(github), objectFormat(github), github.refs.get('refs/heads/main')]).toEqual([0, true, true, 'sha1', HEAD]);
  const [first, ...others] = fetchRequest(github, { wants: WANTS, commits: true }).split('\n');
  expect(first).toBe(`0078want ${WANTS[0]} multi_ack_detailed side-band-64k ofs-delta no-progress shallow filter`);
  expect(others).toEqual([`0032want ${WANTS[1]}`, '000ddeepen 1', '0015filter blob:none', '00000009done', '']);
});

test.each([
  ['multi_ack thin-pack side-band side-band-64k ofs-delta shallow no-progress include-tag multi_ack_detailed no-done', 'multi_ack_detailed'],
  ['multi_ack side-band-64k ofs-delta', 'multi_ack'],
])('Azure DevOps takes a request for what it offers (%s)', async (capabilities, used) => {
  const host = await advertised('# service=git-upload-pack', '0000', `${HEAD} HEAD\0${capabilities}`, `${HEAD} refs/heads/main`, '0000');
  for (const commits of [true, false]) {
    const request = fetchRequest(host, { wants: WANTS, commits });
    expect(isTakenByAzureDevOps(request)).toBe(true);
    expect(request).toContain(` ${used} `);
  }
  expect(isTakenByAzureDevOps(`0000want ${WANTS[0]} side-band-64k ofs-delta\n`)).toBe(false);
});
