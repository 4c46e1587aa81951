import { BeforeEntryProperties, EntryCondition, entryConditions } from './conditions';
import { NotEmulatedError } from '../../activity';
import { Resource } from '../../assembly/resources';

export interface ActionDefinition {
  readonly name: string;
  readonly stage: string;
  /** `<category>/<provider>` of an action that AWS owns, such as `Build/CodeBuild`. */
  readonly kind: string;
  readonly runOrder: number;
  readonly namespace?: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly account: string;
  readonly region: string;
  /** Its own, or else the pipeline's. */
  readonly roleArn: string;
}

export interface StageDefinition {
  readonly name: string;
  readonly entry: readonly EntryCondition[];
  /** By run order; those of one group run at once. */
  readonly groups: readonly (readonly ActionDefinition[])[];
}

export interface PipelineDefinition {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly mode: 'SUPERSEDED' | 'QUEUED';
  readonly artifactBucket: string;
  readonly encryptionKey?: { readonly id: string; readonly type: string };
  readonly stages: readonly StageDefinition[];
  /** Defaults of the pipeline's own variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Branches a push to which starts an execution, as connections report it. */
  readonly startedBy: readonly string[];
}

export interface PipelineProperties {
  readonly RoleArn?: string;
  readonly ExecutionMode?: string;
  readonly PipelineType?: string;
  readonly ArtifactStore?: ArtifactStoreProperties;
  readonly ArtifactStores?: readonly { readonly Region: string; readonly ArtifactStore: ArtifactStoreProperties }[];
  readonly Stages?: readonly StageProperties[];
  readonly Variables?: readonly { readonly Name: string; readonly DefaultValue?: string }[];
  readonly Triggers?: readonly TriggerProperties[];
}

interface TriggerProperties {
  readonly ProviderType: string;
  readonly GitConfiguration?: {
    readonly SourceActionName: string;
    readonly Push?: readonly { readonly Branches?: { readonly Includes?: readonly string[] } }[];
  };
}

interface ArtifactStoreProperties {
  readonly Location: string;
  readonly EncryptionKey?: { readonly Id: string; readonly Type: string };
}

interface StageProperties {
  readonly Name: string;
  readonly Actions: readonly ActionProperties[];
  readonly BeforeEntry?: BeforeEntryProperties;
  readonly [property: string]: unknown;
}

interface ActionProperties {
  readonly Name: string;
  readonly ActionTypeId: { readonly Category: string; readonly Owner: string; readonly Provider: string };
  readonly RunOrder?: number;
  readonly Namespace?: string;
  readonly Configuration?: Readonly<Record<string, unknown>>;
  readonly InputArtifacts?: readonly { readonly Name: string }[];
  readonly OutputArtifacts?: readonly { readonly Name: string }[];
  readonly RoleArn?: string;
  readonly Region?: string;
  readonly Commands?: unknown;
}

/** @throws NotEmulatedError for parts of a pipeline that are not emulated */
export function pipelineDefinition({ name, account, region, properties }: Resource<PipelineProperties>): PipelineDefinition {
  const mode = properties.ExecutionMode ?? 'SUPERSEDED';
  if (mode !== 'SUPERSEDED' && mode !== 'QUEUED') {
    throw new NotEmulatedError(`execution mode ${mode} of pipeline '${name}'`, 'SUPERSEDED and QUEUED are.');
  }
  const store = properties.ArtifactStore ?? properties.ArtifactStores?.find((candidate) => candidate.Region === region)?.ArtifactStore;
  if (store === undefined) {
    throw new Error(`Pipeline '${name}' has no artifact store in its Region ${region}.`);
  }
  const roleArn = properties.RoleArn ?? '';
  return {
    name,
    account,
    region,
    roleArn,
    mode,
    artifactBucket: store.Location,
    ...(store.EncryptionKey ? { encryptionKey: { id: store.EncryptionKey.Id, type: store.EncryptionKey.Type } } : {}),
    stages: (properties.Stages ?? []).map((stage) => stageDefinition(stage, { name, account, region, roleArn })),
    variables: Object.fromEntries((properties.Variables ?? []).map(({ Name, DefaultValue }) => [Name, DefaultValue])),
    startedBy: (properties.Triggers ?? []).flatMap((trigger) => branchesOf(trigger, name)),
  };
}

/** Branches of a trigger by name: patterns are not emulated. */
function branchesOf({ GitConfiguration: git }: TriggerProperties, pipeline: string): readonly string[] {
  const branches = (git?.Push ?? []).map(({ Branches: filter = {}, ...others }) => (
    Object.keys(others).length === 0 && Object.keys(filter).length === 1 ? filter.Includes ?? [] : []));
  if (branches.length === 0 || branches.some((names) => names.length === 0 || names.some((name) => /[*?[{]/.test(name)))) {
    throw new NotEmulatedError(`a trigger of pipeline '${pipeline}' other than pushes to branches by their names`);
  }
  return branches.flat();
}

type Place = Pick<PipelineDefinition, 'name' | 'account' | 'region' | 'roleArn'>;

function stageDefinition(properties: StageProperties, pipeline: Place): StageDefinition {
  const { Name: name, Actions: actions, BeforeEntry: beforeEntry = {}, ...others } = properties;
  const other = Object.keys(others)[0];
  if (other !== undefined) {
    throw new NotEmulatedError(`${other} of stage '${name}' of pipeline '${pipeline.name}'`);
  }
  const definitions = actions.map((action) => actionDefinition(action, name, pipeline));
  const orders = [...new Set(definitions.map(({ runOrder }) => runOrder))].sort((a, b) => a - b);
  const groups = orders.map((order) => definitions.filter(({ runOrder }) => runOrder === order));
  return { name, entry: entryConditions(beforeEntry, name), groups };
}

function actionDefinition(action: ActionProperties, stage: string, pipeline: Place): ActionDefinition {
  const { Category: category, Owner: owner, Provider: provider } = action.ActionTypeId;
  const kind = `${category}/${provider}`;
  if (owner !== 'AWS') {
    throw new NotEmulatedError(`action '${action.Name}' of type ${owner}/${kind} in stage '${stage}' of pipeline '${pipeline.name}'`);
  }
  if (kind === 'Source/CodeCommit' && String(action.Configuration?.PollForSourceChanges) !== 'false') {
    throw new NotEmulatedError(`polling of source action '${action.Name}' of pipeline '${pipeline.name}'`, "Set its PollForSourceChanges to 'false'.");
  }
  return {
    name: action.Name,
    stage,
    kind,
    runOrder: action.RunOrder ?? 1,
    ...(action.Namespace === undefined ? {} : { namespace: action.Namespace }),
    configuration: Object.fromEntries(Object.entries(action.Configuration ?? {}).map(([key, value]) => [key, String(value)])),
    inputs: (action.InputArtifacts ?? []).map(({ Name }) => Name),
    outputs: (action.OutputArtifacts ?? []).map(({ Name }) => Name),
    // An action runs in its role's account.
    account: action.RoleArn?.split(':')[4] ?? pipeline.account,
    region: action.Region ?? pipeline.region,
    roleArn: action.RoleArn ?? pipeline.roleArn,
  };
}
