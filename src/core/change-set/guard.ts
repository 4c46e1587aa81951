import { describeChange, ResourceChange } from './resource-change';

/** What of a change set may destroy. */
export interface Allowances {
  /** CloudFormation types, such as `AWS::SQS::Queue`. */
  readonly types: readonly string[];
  /** Paths of resources: logical IDs, in nested stacks after those of the stacks that they are in. `*`: all. */
  readonly logicalIds: readonly string[];
}

/**
 * Types that are replaced or deleted with nearly every release because they are snapshots of something else, made anew and
 * holding nothing of their own.
 */
export const REPLACED_BY_DESIGN: readonly string[] = [
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::AppConfig::HostedConfigurationVersion',
  'AWS::AutoScaling::LaunchConfiguration',
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::WaitConditionHandle',
  'AWS::ECS::TaskDefinition',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Version',
  'AWS::StepFunctions::StateMachineVersion',
];

/** The changes that delete or replace a resource, or may, and are not allowed; in the change set's order. */
export function refusedChanges(changes: readonly ResourceChange[], { types, logicalIds }: Allowances): ResourceChange[] {
  const allowedTypes = new Set([...REPLACED_BY_DESIGN, ...types]);
  const allowedPaths = new Set(logicalIds);
  return changes.filter((change) => isDestructive(change) && !allowedTypes.has(change.type) && !allowedPaths.has(change.path) && !allowedPaths.has('*'));
}

/** Whether a change deletes or replaces its resource, or may: what is not known counts. */
export function isDestructive({ action, replacement, unread }: ResourceChange): boolean {
  if (unread && action !== 'Add') {
    return true;
  }
  switch (action) {
    case 'Add':
    case 'Import':
    case 'SyncWithActual':
      return false;
    case 'Modify':
      return replacement !== 'False';
    default:
      return true;
  }
}

/** What a refusal says: the resources, and the way out. */
export interface Refusal {
  readonly environment: string;
  readonly stackName: string;
  readonly commitId: string;
  readonly pipeline: string;
  readonly refused: readonly ResourceChange[];
}

/** How many resources a refusal names: a failed action shows some 2,000 characters. */
const MAX_NAMED = 10;

/** A refusal in words. */
export function describeRefusal({ environment, stackName, commitId, pipeline, refused }: Refusal): string {
  const named = refused.slice(0, MAX_NAMED).map((change) => `- ${change.path} (${change.type}) ${describeChange(change)}`);
  return [
    `The change set of stack ${stackName} (environment ${environment}) would delete or replace ${refused.length === 1 ? 'a resource' : `${refused.length} resources`}.`
    + ' It was deleted, and nothing was deployed:',
    ...named,
    ...(refused.length > MAX_NAMED ? [`- and ${refused.length - MAX_NAMED} more`] : []),
    'Change the template so that they stay. Or, if they may go: for this release run '
    + `"cdk-modular-pipeline allow ${environment} --pipeline ${pipeline} --commit ${commitId}"`
    + ' and retry the stage with all of its actions; for good, name them in Gate.changeSetGuard({ allowLogicalIds, allowTypes }).',
  ].join('\n');
}
