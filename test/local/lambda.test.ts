import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handlerFolder, removeFolders, temporaryFolder } from './support';
import { LambdaFunction } from '../../local/engine/lambda/function';
import { SandboxOptions } from '../../local/engine/lambda/sandbox';

const functions: LambdaFunction[] = [];

afterEach(() => functions.splice(0).forEach((target) => target.stop()));
afterAll(removeFolders);

function lambda(source: string, options: Partial<SandboxOptions> = {}, concurrency = 10): LambdaFunction {
  const target = new LambdaFunction({
    functionName: 'function',
    arn: 'arn:aws:lambda:eu-west-1:111111111111:function:function',
    handler: 'index.handler',
    codeDirectory: handlerFolder(source),
    memoryMegabytes: 128,
    timeoutSeconds: 5,
    environment: { COLOUR: 'red' },
    logFile: join(temporaryFolder(), 'log'),
    ...options,
  }, concurrency, 1);
  functions.push(target);
  return target;
}

test('a handler gets event, context and its own environment', async () => {
  process.env.LOCAL_TEST_SECRET = 'secret';
  const target = lambda(`exports.handler = async (event, context) => ({
    event, name: context.functionName, remaining: context.getRemainingTimeInMillis(), colour: process.env.COLOUR, secret: process.env.LOCAL_TEST_SECRET,
  })`);
  const result = await target.invoke({ a: 1 }).finally(() => { delete process.env.LOCAL_TEST_SECRET; });
  expect(result).toEqual({ event: { a: 1 }, name: 'function', remaining: expect.any(Number), colour: 'red' });
  expect((result as { remaining: number }).remaining).toBeGreaterThan(3000);
});

test('the process is reused, and a second one serves a second invocation at once', async () => {
  const target = lambda('let count = 0; exports.handler = async (wait) => { await new Promise((r) => setTimeout(r, wait)); return [process.pid, ++count]; }');
  const [firstPid] = await target.invoke(0) as number[];
  expect(await target.invoke(0)).toEqual([firstPid, 2]);
  const [a, b] = await Promise.all([target.invoke(50), target.invoke(50)]) as number[][];
  expect(a[0]).not.toBe(b[0]);
});

test('a function\'s clock goes forward, its time to answer does not', async () => {
  let clockAhead = 0;
  const target = lambda(`exports.handler = async (_event, context) => [
    Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date, context.getRemainingTimeInMillis(),
  ]`, { clockAhead: () => clockAhead });
  const started = Date.now();
  await target.invoke({});
  clockAhead = 3_600_000;
  const [now, created, given, isDate, remaining] = await target.invoke({}) as number[];
  expect([now - started, created - started].map((passed) => Math.round(passed / 100_000))).toEqual([36, 36]);
  expect([given, isDate]).toEqual([5, true]);
  expect(remaining).toBeGreaterThan(3000);
});

test('reserved concurrency holds', async () => {
  const target = lambda('let inside = 0, most = 0; exports.handler = async () => { most = Math.max(most, ++inside); await new Promise((r) => setTimeout(r, 20)); inside--; return [process.pid, most]; }', {}, 1);
  const results = await Promise.all([1, 2, 3].map(async () => target.invoke({}))) as number[][];
  expect(new Set(results.map(([pid]) => pid)).size).toBe(1);
  expect(results.map(([, most]) => most)).toEqual([1, 1, 1]);
});

test.each([
  ['an error keeps its name and message', 'exports.handler = async () => { throw new RangeError("too far"); }', 'RangeError', 'too far'],
  ['a process that ends', 'exports.handler = () => process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
  ['a handler that is not there', 'exports.other = 1', 'TypeError', 'index.handler is undefined or not exported'],
  ['a module that fails to load', 'throw new Error("while loading")', 'Error', 'while loading'],
])('%s', async (_, source, name, message) => {
  await expect(lambda(source).invoke({})).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test('the timeout ends an invocation, and the next one starts afresh', async () => {
  const target = lambda('let count = 0; exports.handler = async (wait) => { await new Promise((r) => setTimeout(r, wait)); return ++count; }', { timeoutSeconds: 0.5 });
  expect(await target.invoke(0)).toBe(1);
  await expect(target.invoke(10_000)).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  expect(await target.invoke(0)).toBe(1);
});

test('output goes to the log', async () => {
  const target = lambda('exports.handler = async () => { console.log("to the log"); }');
  await target.invoke({});
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(readFileSync(target.options.logFile, 'utf8')).toContain('to the log');
});

describe('asynchronous invocation', () => {
  const failing = (times: number) => `let count = 0; exports.handler = async () => { if (++count <= ${times}) throw new Error('attempt ' + count); }`;

  test('is tried three times with the same request', async () => {
    const records: object[] = [];
    const target = lambda(failing(2));
    target.configureAsync({ onFailure: (record) => records.push(record) });
    expect(await target.invokeAsync({})).toEqual({});
    expect(records).toEqual([]);
  });

  test('ends at the failure destination when that was in vain', async () => {
    const records: object[] = [];
    const target = lambda(failing(100));
    target.configureAsync({ onFailure: (record) => records.push(record) });
    expect((await target.invokeAsync({ a: 1 })).error?.message).toBe('attempt 3');
    expect(records).toEqual([expect.objectContaining({
      requestPayload: { a: 1 },
      requestContext: expect.objectContaining({ condition: 'RetriesExhausted', approximateInvokeCount: 3 }),
      responsePayload: { errorType: 'Error', errorMessage: 'attempt 3' },
    })]);
  });

  test('is tried as often as its settings say', async () => {
    const target = lambda(failing(100));
    target.configureAsync({ retryAttempts: 0 });
    expect((await target.invokeAsync({})).error?.message).toBe('attempt 1');
  });
});
