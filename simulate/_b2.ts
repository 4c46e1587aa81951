import { Readable } from 'node:stream';
import { CodeCommitClient, GetFolderCommand } from '@aws-sdk/client-codecommit';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
const enc = new TextEncoder();
const b=enc.encode('{"Item":{"a":{"S":"b"},"n":{"N":"5"}}}');
let s3=false;
const handler = { async handle() { return { response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: s3 ? Readable.from([b]): b } }; }, destroy() {}, updateHttpClientConfig() {}, httpHandlerConfigs() {return {};} };
const signer = { sign: async (r: any) => r };
const c4: any = { region: 'eu-west-1', requestHandler: handler, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1, signer, endpoint: 'http://x', httpAuthSchemes: [{ schemeId: 'aws.auth#sigv4', identityProvider: () => async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }), signer }] };
const c3 = { ...c4, cacheMiddleware: true };
function trim(c: any) { for (const n of ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'hostHeaderMiddleware', 'loggerMiddleware', 'contentLengthMiddleware']) c.middlewareStack.remove(n); return c; }
async function time(name: string, f: () => Promise<unknown>) { for (let i=0;i<500;i++) await f(); const n=5000; const t=process.cpuUsage().user; for (let i=0;i<n;i++) await f(); console.log(name, ((process.cpuUsage().user-t)/n).toFixed(0), 'us cpu'); }
async function main() {
  const base = trim(new DynamoDBClient(c4));
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const cache = new Map<unknown, any>();
  const send = (command: any) => { let e = cache.get(command.constructor); if (!e) { e = { command, handler: command.resolveMiddleware(client.middlewareStack, client.config, undefined) }; cache.set(command.constructor, e);} e.command.clientCommand = command.clientCommand; return e.handler().then((r: any) => r.output); };
  await time('ddb', () => client.send(new GetCommand({ TableName: 'T', Key: { a: 'x' }, ConsistentRead: true })));
  await time('ddb cached', () => send(new GetCommand({ TableName: 'T', Key: { a: 'x' }, ConsistentRead: true })));
  const cc = trim(new CodeCommitClient(c3));
  await time('codecommit folder', () => cc.send(new GetFolderCommand({ repositoryName: 'r', folderPath: '/x' })));
  s3=true;
  const s = trim(new S3Client({ ...c3, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }));
  console.log(s.middlewareStack.identify());
  await time('s3 get', async () => ((await s.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))) as any).Body!.transformToString());
  await time('s3 put', async () => (await s.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'xxxx', IfNoneMatch: '*' }))));
}
main();
