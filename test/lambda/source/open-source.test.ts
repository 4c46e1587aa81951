import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { sourceOpener } from '../../../lambda/shared/source/open-source';
import { ManualTiming } from '../../support/timing';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:token-AbCdEf';
const secrets = mockClient(SecretsManagerClient);

let server: Server;
let url: string;
/** What each request carried, decoded. */
let carried: string[];
beforeAll(async () => {
  process.env.AWS_REGION = 'eu-west-1';
  server = createServer((request, response) => {
    carried.push(Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString());
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/owner/repository.git`;
});
afterAll(async () => {
  delete process.env.AWS_REGION;
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  carried = [];
  secrets.reset();
});

test('a repository with a token is read with what its secret holds, which is read anew each time the source is opened', async () => {
  secrets.on(GetSecretValueCommand, { SecretId: SECRET }).resolvesOnce({ SecretString: 'first' }).resolves({ SecretString: 'rotated' });
  const open = sourceOpener({ kind: 'git', url, authorization: { kind: 'secret', secretArn: SECRET } }, { timing: new ManualTiming() });
  const source = open();
  await expect(source.branchHead('main')).rejects.toThrow(`Does the token in secret ${SECRET} allow reading this repository`);
  await expect(source.branchHead('main')).rejects.toThrow();
  await expect(open().branchHead('main')).rejects.toThrow();
  expect(new Set(carried)).toEqual(new Set(['x-token-auth:first', 'x-token-auth:rotated']));
  expect(carried.at(-1)).toBe('x-token-auth:rotated');
  expect(secrets.calls()).toHaveLength(2);
});
