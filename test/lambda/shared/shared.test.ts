import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { loadCatalogue } from '../../../lambda/shared/catalogue';
import { mapConcurrently } from '../../../lambda/shared/concurrency';
import { optionalEnv, requireEnv, requirePositiveInteger } from '../../../lambda/shared/environment';
import { Continuation, Job, jobOf, JobResults } from '../../../lambda/shared/jobs';
import { createLogger, errorFields, firstFew } from '../../../lambda/shared/logger';
import { backOff, expiresAt } from '../../../lambda/shared/timing';
import { ManualTiming } from '../../support/timing';

describe('environment', () => {
  afterEach(() => { delete process.env.SOME_NAME; });

  it('requires a value', () => {
    expect(() => requireEnv('SOME_NAME')).toThrow('Environment variable SOME_NAME is not set');
    process.env.SOME_NAME = '';
    expect(() => requireEnv('SOME_NAME')).toThrow('Environment variable SOME_NAME is not set');
    expect(optionalEnv('SOME_NAME')).toBeUndefined();
    process.env.SOME_NAME = 'value';
    expect(requireEnv('SOME_NAME')).toBe('value');
    expect(optionalEnv('SOME_NAME')).toBe('value');
  });

  it.each(['0', '-1', '1.5', 'x', '1e9'])('refuses %s for a whole number from 1 up', (text) => {
    process.env.SOME_NAME = text;
    expect(() => requirePositiveInteger('SOME_NAME')).toThrow(`whole number from 1 up, but is '${text}'`);
  });

  it('reads a whole number', () => {
    process.env.SOME_NAME = '90';
    expect(requirePositiveInteger('SOME_NAME')).toBe(90);
  });
});

describe('logger', () => {
  it('writes one line of JSON per record, with the fields of its ancestors', () => {
    const lines: string[] = [];
    const logger = createLogger((line) => lines.push(line), () => new Date(0), { function: 'diff' }).with({ commit: 'c' });
    logger.info('one\ntwo', { count: 1 });
    logger.warn('three');
    logger.error('four', errorFields(new TypeError('five')));
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { timestamp: '1970-01-01T00:00:00.000Z', level: 'INFO', message: 'one\ntwo', function: 'diff', commit: 'c', count: 1 },
      { timestamp: '1970-01-01T00:00:00.000Z', level: 'WARN', message: 'three', function: 'diff', commit: 'c' },
      expect.objectContaining({ level: 'ERROR', error: { name: 'TypeError', message: 'five', stack: expect.any(String) as string } }),
    ]);
  });

  it('lists a hundred of what may be thousands, and says how many there are', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `component-${index}`);
    expect(firstFew(names)).toEqual({ count: 5000, first: names.slice(0, 100) });
    expect(firstFew(['a'])).toEqual({ count: 1, first: ['a'] });
  });
});

describe('timing', () => {
  it('waits longer and longer, up to a limit', async () => {
    const timing = new ManualTiming();
    for (let attempt = 0; attempt < 9; attempt++) {
      await backOff(timing, attempt);
    }
    expect(timing.slept).toEqual([25, 50, 100, 200, 400, 800, 1600, 2500, 2500]);
  });

  it('counts days in seconds', () => {
    expect(expiresAt(new Date(1_500), 2)).toBe(172_801);
  });
});

describe('mapConcurrently', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 3, 2], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, item));
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 30, 20]);
    expect(most).toBe(2);
  });
});

describe('loadCatalogue', () => {
  it('names the file that cannot be read', () => {
    expect(() => loadCatalogue('/code/catalogue.json', () => { throw new Error('ENOENT'); })).toThrow('Cannot read /code/catalogue.json');
    expect(() => loadCatalogue('/code/catalogue.json', () => '{')).toThrow('Cannot read /code/catalogue.json');
  });

  it('refuses a catalogue that is not whole', () => {
    const text = JSON.stringify({ version: 1, components: [{ name: 'a', path: 'a', dependsOn: ['b'] }] });
    expect(() => loadCatalogue('catalogue.json', () => text)).toThrow(/"b"/);
  });
});

describe('jobs', () => {
  const client = new CodePipelineClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const lines: string[] = [];
  const results = new JobResults(client, createLogger((line) => lines.push(line), () => new Date(0)));
  const job: Job = { id: 'job', userParameters: '', inputArtifacts: [], outputArtifacts: [] };
  beforeEach(() => {
    mock.reset();
    lines.length = 0;
  });

  it('reads CodePipeline\'s event', () => {
    expect(jobOf({
      'CodePipeline.job': {
        id: 'job',
        accountId: '111111111111',
        data: {
          actionConfiguration: { configuration: { FunctionName: 'f', UserParameters: '{}' } },
          continuationToken: 'again',
          inputArtifacts: [{ name: 'Source', revision: null, location: { type: 'S3', s3Location: { bucketName: 'b', objectKey: 's' } } }],
          outputArtifacts: [{ name: 'Release', revision: null, location: { type: 'S3', s3Location: { bucketName: 'b', objectKey: 'k' } } }],
          artifactCredentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expirationTime: 1 },
          encryptionKey: { id: 'arn:aws:kms:key', type: 'KMS' },
        },
      },
    })).toEqual({
      id: 'job',
      userParameters: '{}',
      continuationToken: 'again',
      inputArtifacts: [{ bucket: 'b', key: 's' }],
      outputArtifacts: [{ bucket: 'b', key: 'k' }],
      credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expirationTime: 1 },
      encryptionKey: 'arn:aws:kms:key',
    });
    expect([undefined, null, {}, { 'CodePipeline.job': {} }].map(jobOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('asks to be invoked again', async () => {
    await results.answer(job, async () => new Continuation('later'));
    expect(mock.commandCalls(PutJobSuccessResultCommand)[0].args[0].input).toEqual({ jobId: 'job', continuationToken: 'later' });
  });

  it('answers with the work\'s variables', async () => {
    await results.answer(job, async () => ({ planId: 'p' }));
    expect(mock.commandCalls(PutJobSuccessResultCommand)[0]!.args[0].input).toEqual({ jobId: 'job', outputVariables: { planId: 'p' } });
    expect(mock.calls()).toHaveLength(1);
  });

  it('answers with the work\'s error, no longer than CodePipeline takes', async () => {
    await results.answer(job, async () => { throw new Error('x'.repeat(6_000)); });
    const { failureDetails } = mock.commandCalls(PutJobFailureResultCommand)[0]!.args[0].input;
    expect(failureDetails).toEqual({ type: 'JobFailed', message: `${'x'.repeat(1_999)}…` });
    expect(lines).toHaveLength(1);
  });

  it('answers with words of its own where an error has none', async () => {
    await results.answer(job, async () => { throw new Error(''); });
    expect(mock.commandCalls(PutJobFailureResultCommand)[0]!.args[0].input.failureDetails!.message).toContain('see the function\'s log');
  });

  it('throws when it cannot answer', async () => {
    mock.on(PutJobSuccessResultCommand).rejects(new Error('no way through'));
    await expect(results.answer(job, async () => ({}))).rejects.toThrow('no way through');
    expect(mock.commandCalls(PutJobFailureResultCommand)).toHaveLength(0);
  });
});
