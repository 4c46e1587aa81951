import { ChildProcess, spawn } from 'node:child_process';
import { createServer, Server } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from '../../lambda/shared/clients';
import { DEPLOYMENTS_TABLE_KEYS, DIFF_TABLE_KEYS, FINGERPRINT_INDEX } from '../../src/contract/tables';

/** A DynamoDB server with the two tables. */
export interface DynamoDb {
  readonly client: DynamoDBDocumentClient;
  readonly endpoint: string;
  /** Makes both tables anew and returns their names. */
  createTables(): Promise<{ diffTable: string; deploymentsTable: string }>;
  stop(): Promise<void>;
}

/** Starts dynalite in this process or, where DYNAMODB_LOCAL names the folder it was fetched into, Amazon's DynamoDB Local. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const folder = process.env.DYNAMODB_LOCAL;
  const server = folder === undefined || folder === '' ? await startDynalite() : await startDynamoDbLocal(folder);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const base = new DynamoDBClient({
    ...CLIENT_CONFIG,
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let tables = 0;
  return {
    client: DynamoDBDocumentClient.from(base, DOCUMENT_CONFIG),
    endpoint,
    createTables: async () => {
      tables++;
      const names = { diffTable: `Diffs${tables}`, deploymentsTable: `Deployments${tables}` };
      await base.send(new CreateTableCommand(diffTable(names.diffTable)));
      await base.send(new CreateTableCommand(deploymentsTable(names.deploymentsTable)));
      return names;
    },
    stop: async () => {
      base.destroy();
      await server.stop();
    },
  };
}

function diffTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: DIFF_TABLE_KEYS.partition, AttributeType: 'S' }, { AttributeName: DIFF_TABLE_KEYS.sort, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: DIFF_TABLE_KEYS.partition, KeyType: 'HASH' }, { AttributeName: DIFF_TABLE_KEYS.sort, KeyType: 'RANGE' }],
  };
}

function deploymentsTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: DEPLOYMENTS_TABLE_KEYS.partition, AttributeType: 'S' },
      { AttributeName: DEPLOYMENTS_TABLE_KEYS.sort, AttributeType: 'N' },
      { AttributeName: FINGERPRINT_INDEX.partition, AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: DEPLOYMENTS_TABLE_KEYS.partition, KeyType: 'HASH' }, { AttributeName: DEPLOYMENTS_TABLE_KEYS.sort, KeyType: 'RANGE' }],
    GlobalSecondaryIndexes: [{
      IndexName: FINGERPRINT_INDEX.name,
      KeySchema: [{ AttributeName: FINGERPRINT_INDEX.partition, KeyType: 'HASH' }, { AttributeName: FINGERPRINT_INDEX.sort, KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'ALL' },
    }],
  };
}

interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

async function startDynalite(): Promise<RunningServer> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- The package has no types; it is a function that makes an HTTP server.
  const dynalite = require('dynalite') as (options: { createTableMs: number }) => Server;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

const START_TIMEOUT_MS = 30_000;

async function startDynamoDbLocal(folder: string): Promise<RunningServer> {
  const port = await freePort();
  const java = spawn('java', [
    `-Dsqlite4java.library.path=${folder}`, '-cp', join(folder, '*'), join(__dirname, 'LoopbackDynamoDb.java'), '-inMemory', '-disableTelemetry', '-port', String(port),
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  java.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!await accepts(port)) {
    if (java.exitCode !== null || Date.now() > deadline) {
      java.kill();
      throw new Error(`DynamoDB Local in ${folder} did not start: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, stop: () => ended(java) };
}

async function ended(process: ChildProcess): Promise<void> {
  const exit = new Promise<void>((resolve) => process.once('exit', () => resolve()));
  process.kill();
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
