import { BUILD_ACTIVITY } from './assembly';
import { MiniStack, Place } from './mini-stack';
import { StatesError } from '../../../local/engine/step-functions/state-machine';
import { BuildServices, startBuild } from '../../../local/engine/step-functions/tasks';
import { BUILD_ENV } from '../../../src/contract/environment';

/** Runs what state machines ask of CodeBuild: the builds whose parameters come by an activity of Step Functions. */
export class BuildWorker {
  public static async start(miniStack: MiniStack, place: Place, services: BuildServices, onError: (error: Error) => void): Promise<BuildWorker> {
    const { activityArn } = await miniStack.call<{ activityArn: string }>(place, 'states', 'AWSStepFunctions.CreateActivity', { name: BUILD_ACTIVITY });
    const worker = new BuildWorker(miniStack, place, services, activityArn, onError);
    worker.working = worker.work().catch(onError);
    return worker;
  }

  private working: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private readonly builds = new Set<Promise<void>>();

  private constructor(
    private readonly miniStack: MiniStack, private readonly place: Place, private readonly services: BuildServices, private readonly activityArn: string,
    private readonly onError: (error: Error) => void,
  ) {}

  public async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const { taskToken, input = '{}' } = await this.nextTask();
      if (taskToken !== undefined) {
        const build: Promise<void> = this.build(taskToken, JSON.parse(input) as Record<string, unknown>)
          .catch(this.onError)
          .finally(() => this.builds.delete(build));
        this.builds.add(build);
      }
    }
    await Promise.all(this.builds);
  }

  /** Waits for one as long as Step Functions lets a worker wait. */
  private async nextTask(): Promise<{ readonly taskToken?: string; readonly input?: string }> {
    try {
      return await this.call('GetActivityTask', { activityArn: this.activityArn }, this.stopping.signal);
    } catch (error) {
      if (this.stopping.signal.aborted) {
        return {};
      }
      throw error;
    }
  }

  private async build(taskToken: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      const services: BuildServices = {
        ...this.services,
        schedule: async (build, component) => this.services.schedule(async () => {
          this.stopping.signal.throwIfAborted();
          return build();
        }, component),
      };
      const output = await startBuild(services, parameters, { pipelineExecutionId: executionOf(parameters), stop: this.stopping.signal });
      await this.call('SendTaskSuccess', { taskToken, output: JSON.stringify(output) });
    } catch (error) {
      if (this.stopping.signal.aborted) {
        return;
      }
      if (!(error instanceof StatesError)) {
        throw error;
      }
      await this.call('SendTaskFailure', { taskToken, error: error.name, cause: error.message });
    }
  }

  private async call<Output>(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
    return this.miniStack.call<Output>(this.place, 'states', `AWSStepFunctions.${operation}`, input, signal);
  }
}

function executionOf({ EnvironmentVariablesOverride: variables }: { readonly EnvironmentVariablesOverride?: unknown }): string {
  return (variables as { Name: string; Value: string }[]).find(({ Name }) => Name === BUILD_ENV.pipelineExecutionId)?.Value ?? '';
}
