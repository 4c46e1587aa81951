import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { sourceOpener } from '../../../lambda/shared/source/open-source';
import { ManualTiming } from '../../support/timing';

const ROLE = 'arn:aws:iam::222222222222:role/reader';
const NAMES = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_CODECOMMIT'];

const saved = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
let server: Server;
let assumed: URLSearchParams[];
/** The key that each request to CodeCommit was signed with, and its session token. */
let signed: [string | undefined, string | undefined][];

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      if (request.headers['x-amz-target'] === undefined) {
        assumed.push(new URLSearchParams(body));
        response.setHeader('content-type', 'text/xml');
        response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAOTHER</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
      } else {
        signed.push([/Credential=(\w+)\//.exec(request.headers.authorization ?? '')?.[1], request.headers['x-amz-security-token'] as string | undefined]);
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify({ branch: { branchName: 'main', commitId: 'c'.repeat(40) } }));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIAOWN', AWS_SECRET_ACCESS_KEY: 'own', AWS_ENDPOINT_URL_STS: endpoint, AWS_ENDPOINT_URL_CODECOMMIT: endpoint,
  });
});
afterAll(async () => {
  NAMES.forEach((name) => (saved[name] === undefined ? delete process.env[name] : Object.assign(process.env, { [name]: saved[name] })));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  assumed = [];
  signed = [];
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString();
}

test('a repository of another account is read as the role there, which is held to reading, and assumed once for many requests', async () => {
  const open = sourceOpener({ kind: 'codecommit', repository: 'shop', role: ROLE }, { timing: new ManualTiming() });
  for (const source of [open(), open()]) {
    expect(await source.branchHead('main')).toBe('c'.repeat(40));
    await source.branchHead('main');
  }
  expect(signed).toEqual(Array.from({ length: 4 }, () => ['ASIAOTHER', 'session']));
  expect(assumed).toHaveLength(1);
  expect(assumed[0]!.get('RoleArn')).toBe(ROLE);
  expect(JSON.parse(assumed[0]!.get('Policy')!)).toMatchObject({
    Statement: [{
      Effect: 'Allow',
      Action: ['codecommit:GetBranch', 'codecommit:GetDifferences', 'codecommit:GetFile', 'codecommit:GetFolder', 'codecommit:GitPull', 'kms:Decrypt'],
    }],
  });
});

test('one of the function\'s own account is read with the function\'s own credentials', async () => {
  const open = sourceOpener({ kind: 'codecommit', repository: 'shop' }, { timing: new ManualTiming() });
  await open().branchHead('main');
  expect([signed, assumed]).toEqual([[['AKIAOWN', undefined]], []]);
});
