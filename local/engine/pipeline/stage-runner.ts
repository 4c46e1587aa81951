import { ActionHandler } from './action';
import { ActionFailure } from './action-failure';
import { ArtifactLocation, Artifacts } from './artifacts';
import { unmetCondition } from './conditions';
import { ActionDefinition, PipelineDefinition, StageDefinition } from './definition';
import { ActionRun, Execution } from './execution';
import { resolveVariables, UnknownVariableError } from './variables';
import { Activity, NotEmulatedError } from '../../activity';

/** Runs the actions of a stage: run orders one after the other, the actions of one order at once. */
export class StageRunner {
  constructor(
    private readonly pipeline: PipelineDefinition,
    private readonly handlers: Readonly<Record<string, ActionHandler>>,
    private readonly artifacts: Artifacts,
    private readonly activity: Activity,
    private readonly onAction: (execution: Execution, action: ActionDefinition, run: ActionRun) => void = () => undefined,
  ) {
    for (const { kind, name, stage } of pipeline.stages.flatMap(({ groups }) => groups.flat())) {
      if (!(kind in handlers)) {
        throw new NotEmulatedError(`action '${name}' of type ${kind} in stage '${stage}' of pipeline '${pipeline.name}'`);
      }
    }
  }

  /**
   * Resolves to whether the execution may go on: all actions succeeded, or the stage's conditions let it go past.
   * Actions that succeeded in an earlier run of the stage are not run again, unless all are to.
   */
  public async run(stage: StageDefinition, execution: Execution): Promise<boolean> {
    const unmet = unmetEntry(stage, execution);
    if (unmet === 'SKIP') {
      execution.skippedStages.add(stage.name);
      return true;
    }
    return unmet === undefined && this.runGroups(stage, execution);
  }

  private async runGroups(stage: StageDefinition, execution: Execution): Promise<boolean> {
    const done = new Set(execution.retryAllActions ? [] : execution.latestRuns(stage.name).filter(({ status }) => status === 'Succeeded').map(({ action }) => action));
    for (const group of stage.groups) {
      const results = await Promise.all(group.filter(({ name }) => !done.has(name)).map(async (action) => {
        const result = this.runAction(action, execution);
        this.activity.track(result);
        return result;
      }));
      if (results.includes(false) || execution.status !== 'InProgress') {
        return false;
      }
    }
    return true;
  }

  private async runAction(action: ActionDefinition, execution: Execution): Promise<boolean> {
    const index = execution.actionRuns.length;
    const started = new Date();
    const record = (run: Pick<ActionRun, 'status' | 'message' | 'externalId' | 'summary' | 'configuration' | 'ended'>) => {
      const before = execution.actionRuns[index];
      execution.actionRuns[index] = { stage: action.stage, action: action.name, started, ...run };
      if (before?.status !== run.status) {
        this.onAction(execution, action, execution.actionRuns[index]);
      }
    };
    let configuration = action.configuration;
    record({ status: 'InProgress', configuration });
    try {
      configuration = Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, resolveVariables(value, execution.variables)]));
      record({ status: 'InProgress', configuration });
      const outputs = new Map(action.outputs.map((name) => [name, this.artifacts.reserve(name)]));
      const sourceRevision = execution.sourceRevisions.find(({ actionName }) => actionName === action.name);
      const { variables, externalId, summary, revision } = await this.handlers[action.kind]({
        pipeline: this.pipeline,
        action,
        executionId: execution.id,
        configuration,
        artifacts: this.artifacts,
        inputs: new Map(action.inputs.map((name) => [name, this.input(name, execution)])),
        outputs,
        ...(sourceRevision ? { sourceRevision } : {}),
        revisions: execution.revisions,
        abandoned: execution.abandoned,
        onProgress: (progress) => record({ status: 'InProgress', configuration, ...progress }),
      });
      outputs.forEach((location, name) => execution.artifacts.set(name, location));
      if (action.namespace !== undefined) {
        execution.variables.set(action.namespace, variables ?? {});
      }
      if (revision) {
        execution.revisions.push(revision);
      }
      record({ status: 'Succeeded', configuration, ended: new Date(), ...(externalId === undefined ? {} : { externalId }), ...(summary === undefined ? {} : { summary }) });
      return true;
    } catch (error) {
      if (!(error instanceof ActionFailure || error instanceof UnknownVariableError)) {
        throw error;
      }
      record({
        status: execution.abandoned.aborted ? 'Abandoned' : 'Failed',
        message: error.message,
        configuration,
        ended: new Date(),
        ...(error instanceof ActionFailure && error.externalId !== undefined ? { externalId: error.externalId } : {}),
      });
      return false;
    }
  }

  private input(name: string, execution: Execution): ArtifactLocation {
    const location = execution.artifacts.get(name);
    if (location === undefined) {
      throw new ActionFailure(`Input artifact '${name}' was made by no earlier action.`);
    }
    return location;
  }
}

/** What a condition wants instead of entering the stage. A condition that cannot be judged lets the execution fail. */
function unmetEntry(stage: StageDefinition, execution: Execution): 'SKIP' | 'FAIL' | undefined {
  try {
    const unmet = unmetCondition(stage.entry, execution.variables);
    if (unmet?.result === 'FAIL') {
      execution.statusSummary = `Entry condition of stage '${stage.name}' does not hold: ${unmet.rules.map(({ name }) => name).join(', ')}`;
    }
    return unmet?.result;
  } catch (error) {
    if (!(error instanceof UnknownVariableError)) {
      throw error;
    }
    execution.statusSummary = `Entry condition of stage '${stage.name}' cannot be judged: ${error.message}`;
    return 'FAIL';
  }
}
