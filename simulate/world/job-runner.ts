import { ActionResult } from './execution';
import { FunctionName, Functions } from './functions';
import { Jobs } from './jobs';
import { PIPELINE_BUCKET } from './names';
import { Random } from '../engine/random';
import { Scheduler } from '../engine/scheduler';

/** What CodePipeline hands to a job. */
export interface Artifacts {
  readonly input?: string;
  readonly output?: string;
  readonly continuationToken?: string;
}

/** CodePipeline gives a job up after this time. */
const JOB_TIMEOUT_MS = 1_200_000;
/** Between a function's wish to be invoked again and that invocation: AWS does not say how long. */
const CONTINUATION_MS = 30_000;

/** Lambda actions: a job for a function, and further ones for as long as the function asks for them. */
export class JobRunner {
  public constructor(
    private readonly jobs: Jobs, private readonly functions: Functions, private readonly scheduler: Scheduler, private readonly doubles: Random,
    private readonly isDoubled: (random: Random) => boolean,
  ) {}

  public async run(name: FunctionName, parameters: object, artifacts: Artifacts = {}): Promise<ActionResult> {
    const faults = new Set<string>();
    for (let continuationToken: string | undefined; ;) {
      const answer = await this.runOne(name, parameters, { ...artifacts, continuationToken }, faults);
      if (!answer.ok) {
        return { ...answer, injected: answer.injected || faults.size > 0 };
      }
      if (answer.continuationToken === undefined) {
        return answer;
      }
      continuationToken = answer.continuationToken;
      await this.scheduler.sleep(CONTINUATION_MS);
    }
  }

  private async runOne(name: FunctionName, parameters: object, artifacts: Artifacts, faults: Set<string>): Promise<ActionResult> {
    const { id, result } = this.jobs.create();
    const isDoubled = this.isDoubled(this.doubles);
    // Whichever worker is slower finds the job answered: what it does then is given up, and no one misses it.
    const seen = isDoubled ? new Set(['twice']) : faults;
    void this.functions.invoke(name, jobEvent(id, parameters, artifacts), seen);
    if (isDoubled) {
      this.scheduler.after(this.doubles.duration(1, 60_000), () => {
        void this.functions.invoke(name, jobEvent(id, parameters, artifacts), seen);
      });
    }
    this.scheduler.after(JOB_TIMEOUT_MS, () => {
      if (this.jobs.isOpen(id)) {
        this.jobs.answer(id, { ok: false, why: 'The function did not answer.', injected: true });
      }
    });
    const answer = await result;
    [...seen].filter((fault) => fault !== 'twice').forEach((fault) => faults.add(fault));
    // That there were two excuses nothing that the job answers.
    return isDoubled && !answer.ok ? { ...answer, injected: answer.injected || faults.size > 0 } : answer;
  }
}

function jobEvent(id: string, parameters: object, { input, output, continuationToken }: Artifacts): object {
  const artifact = (key: string | undefined) => (key === undefined ? [] : [
    { name: 'Release', location: { type: 'S3', s3Location: { bucketName: PIPELINE_BUCKET, objectKey: key } } },
  ]);
  return {
    'CodePipeline.job': {
      id,
      accountId: '111111111111',
      data: {
        actionConfiguration: { configuration: { FunctionName: 'function', UserParameters: JSON.stringify(parameters) } },
        inputArtifacts: artifact(input),
        outputArtifacts: artifact(output),
        artifactCredentials: { accessKeyId: 'job', secretAccessKey: 'job', sessionToken: 'job' },
        ...(continuationToken === undefined ? {} : { continuationToken }),
      },
    },
  };
}
