import { ActionFailure } from './action-failure';
import { ArtifactLocation, Artifacts } from './artifacts';
import { ActionDefinition, PipelineDefinition } from './definition';
import { ArtifactRevision, SourceRevision } from './execution';

/** What an action gets. */
export interface ActionRequest {
  readonly pipeline: PipelineDefinition;
  readonly action: ActionDefinition;
  readonly executionId: string;
  /** Variables replaced. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly artifacts: Artifacts;
  readonly inputs: ReadonlyMap<string, ArtifactLocation>;
  readonly outputs: ReadonlyMap<string, ArtifactLocation>;
  /** The revision that the execution was started with for this source action. */
  readonly sourceRevision?: SourceRevision;
  /** What the execution's source actions found. */
  readonly revisions: readonly ArtifactRevision[];
  /** Aborted when the action is to end at once. */
  readonly abandoned: AbortSignal;
  /** Told how far the action is. */
  readonly onProgress: (progress: ActionProgress) => void;
}

/** What people see of an action. */
export interface ActionProgress {
  readonly summary?: string;
  readonly externalId?: string;
}

/** What an action leaves. */
export interface ActionResult extends ActionProgress {
  readonly variables?: Readonly<Record<string, string>>;
  readonly revision?: ArtifactRevision;
}

/** Runs one kind of action. */
export type ActionHandler = (request: ActionRequest) => Promise<ActionResult>;

/** @throws ActionFailure where the configuration lacks the value */
export function required({ action, configuration }: ActionRequest, key: string): string {
  const value = configuration[key];
  if (value === undefined || value === '') {
    throw new ActionFailure(`Action configuration of '${action.name}' in stage '${action.stage}' has no ${key}`);
  }
  return value;
}

/** The only output artifact of an action. */
export function onlyOutput({ action, outputs }: ActionRequest): [name: string, location: ArtifactLocation] {
  const [output] = outputs;
  if (output === undefined) {
    throw new ActionFailure(`Action '${action.name}' in stage '${action.stage}' has no output artifact`);
  }
  return output;
}
