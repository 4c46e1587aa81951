import {
  CodePipelineClient, GetPipelineCommand, GetPipelineExecutionCommand, paginateListPipelineExecutions, PipelineExecutionStatus,
  PipelineNotFoundException, StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { PlanJobParameters, PROMOTION_VARIABLE, RecordJobParameters } from '../../src/contract/events';
import { chosenByHand, promotedTo } from '../../src/contract/executions';
import { ZIP_COMMIT } from '../../src/contract/source';
import { formatPromotion, Promotion } from '../../src/core/promotion';
import { InputError } from '../errors';

/** A modular pipeline's own account of itself. */
export interface PipelineDescription {
  readonly solution: string;
  readonly deploymentsTable: string;
  /** Absent where the pipeline was deployed by an earlier version. */
  readonly diffTable?: string;
  readonly artifactBucket: string;
  /** Names of the environments, in the order of deployment. */
  readonly environments: readonly string[];
  /** Those that no release of the branch reaches by itself. */
  readonly apart: readonly string[];
  /** Their places, in the order of deployment. */
  readonly places: { readonly [environment: string]: readonly string[] };
  /** Name or ARN of the function that finds what changed. */
  readonly diffFunction: string;
}

/** A modular pipeline in an account. */
export class ModularPipelineClient {
  public constructor(private readonly client: CodePipelineClient, public readonly name: string) {}

  /** @throws InputError where there is no such pipeline, or it is none of this kind */
  public async describe(): Promise<PipelineDescription> {
    const actions = await this.userParameters();
    const planAction = actions.find(({ parameters }) => 'promotion' in parameters);
    const plan = planAction?.parameters as Partial<PlanJobParameters> | undefined;
    const records = actions.flatMap(({ action, parameters }) => (
      action === RECORD_ACTION ? [parameters as Partial<RecordJobParameters> & { readonly environment: string }] : []));
    const environments = records.map(({ environment }) => environment);
    const places = Object.fromEntries(records.map(({ environment, places: names }) => [environment, names?.split(',') ?? [environment]]));
    const { solution, deploymentsTable, diffTable, artifactBucket } = plan ?? {};
    if (solution === undefined || deploymentsTable === undefined || artifactBucket === undefined) {
      throw new InputError(`Pipeline '${this.name}' is not a modular pipeline, or was deployed by an earlier version: deploy its stack again.`);
    }
    return {
      solution,
      deploymentsTable,
      ...(diffTable === undefined ? {} : { diffTable }),
      artifactBucket,
      environments,
      apart: records.flatMap(({ environment, apart }) => (apart === undefined ? [] : [environment])),
      places,
      diffFunction: planAction!.functionName,
    };
  }

  /**
   * Starts an execution that promotes. Its source action is pinned to the release's commit; where the source is an object, it takes what is current:
   * it is not built.
   */
  public async promote(promotion: Promotion, commitId: string): Promise<string> {
    const { pipelineExecutionId } = await this.client.send(new StartPipelineExecutionCommand({
      name: this.name,
      variables: [{ name: PROMOTION_VARIABLE, value: formatPromotion(promotion) }],
      ...(commitId.startsWith(ZIP_COMMIT) ? {} : { sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: commitId }] }),
    }));
    return pipelineExecutionId!;
  }

  /**
   * Where the execution that was started last promotes, or is a rollback by AWS: what people read of it.
   * @param apart environments that no release of the branch reaches by itself: promotions to them do not count
   */
  public async promotedLast(apart: readonly string[] = []): Promise<string | undefined> {
    const pages = paginateListPipelineExecutions({ client: this.client, pageSize: apart.length === 0 ? 1 : PAGE }, { pipelineName: this.name });
    for await (const { pipelineExecutionSummaries: page = [] } of pages) {
      for (const { pipelineExecutionId } of page) {
        const { pipelineExecution } = await this.client.send(new GetPipelineExecutionCommand({ pipelineName: this.name, pipelineExecutionId }));
        const to = promotedTo(pipelineExecution!);
        if (to === undefined || !apart.includes(to)) {
          return chosenByHand(pipelineExecution!);
        }
      }
    }
    return undefined;
  }

  /** When executions started, ISO 8601, by their IDs: all that started at this time or later and that CodePipeline still knows. */
  public async started(since: Date): Promise<ReadonlyMap<string, string>> {
    const started = new Map<string, string>();
    for await (const { pipelineExecutionSummaries: page = [] } of paginateListPipelineExecutions({ client: this.client }, { pipelineName: this.name })) {
      for (const { pipelineExecutionId, startTime } of page) {
        started.set(pipelineExecutionId!, startTime!.toISOString());
      }
      // The newest come first.
      const oldest = page[page.length - 1]?.startTime;
      if (oldest !== undefined && oldest < since) {
        break;
      }
    }
    return started;
  }

  public async status(pipelineExecutionId: string): Promise<PipelineExecutionStatus> {
    const { pipelineExecution } = await this.client.send(new GetPipelineExecutionCommand({ pipelineName: this.name, pipelineExecutionId }));
    return pipelineExecution!.status!;
  }

  /** What the pipeline's actions give to its functions, in order. */
  private async userParameters(): Promise<{ readonly action: string; readonly parameters: object; readonly functionName: string }[]> {
    try {
      const { pipeline } = await this.client.send(new GetPipelineCommand({ name: this.name }));
      return pipeline!.stages!.flatMap(({ actions }) => actions!.flatMap(({ name, configuration }) => (
        parsed(configuration?.UserParameters).map((parameters) => ({ action: name!, parameters, functionName: configuration?.FunctionName ?? '' }))
      )));
    } catch (error) {
      throw error instanceof PipelineNotFoundException ? new InputError(`There is no pipeline '${this.name}' in this account and Region.`) : error;
    }
  }
}

/** Name of the last action of each environment. */
const RECORD_ACTION = 'Record';

const PAGE = 20;

function parsed(parameters: string | undefined): object[] {
  try {
    const value: unknown = JSON.parse(parameters ?? 'null');
    return typeof value === 'object' && value !== null ? [value] : [];
  } catch {
    // An action of the user's own.
    return [];
  }
}
