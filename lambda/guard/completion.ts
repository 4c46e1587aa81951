import { AlreadyExistsException, CloudFormationClient, CreateChangeSetCommand, CreateChangeSetInput, DeleteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { ChangeSet, hidesNestedStacks } from './change-set';
import { GuardedEnvironment, RollbackSettings } from '../../src/contract/gates';
import { RELEASE_FILES } from '../../src/contract/objects';
import { partitionOf, s3Host } from '../shared/partition';
import { ReleaseArtifact } from '../shared/release-artifact';
import { Timing } from '../shared/timing';

/** Largest template that CreateChangeSet takes in the call itself. */
const MAX_TEMPLATE_BODY = 51_200;

/**
 * Whether a change set lacks what CodePipeline's action could not give it when it made it: the changes of nested stacks, where they are judged, or
 * the alarms that roll the deployment back. A stack that is being created has nothing to go back to, and nothing that could be destroyed.
 */
export function isIncomplete(
  changeSet: ChangeSet, isCreation: boolean, { rollback, allowDestructiveChanges }: Pick<GuardedEnvironment, 'rollback' | 'allowDestructiveChanges'>,
): boolean {
  return !isCreation && (!allowDestructiveChanges && hidesNestedStacks(changeSet) || rollback !== undefined && !watches(changeSet, rollback));
}

function watches({ head: { RollbackConfiguration: configuration } }: ChangeSet, { triggers, minutes }: RollbackSettings): boolean {
  const arns = new Set((configuration?.RollbackTriggers ?? []).map(({ Arn }) => Arn));
  return configuration?.MonitoringTimeInMinutes === minutes && arns.size === triggers.length && triggers.every(({ arn }) => arns.has(arn));
}

/** A component that is the template, and whether the change set is to show its nested stacks. */
export interface Completion {
  readonly template: string;
  readonly includeNestedStacks: boolean;
}

/** What makes a change set of the release that has what CodePipeline's lacks. */
export function completeChangeSet(
  name: string, environment: GuardedEnvironment, artifact: ReleaseArtifact, { template, includeNestedStacks }: Completion,
): CreateChangeSetInput {
  const { Parameters: parameters, Tags: tags = {} } = JSON.parse(artifact.file(RELEASE_FILES.configuration(name))) as {
    readonly Parameters: Readonly<Record<string, string>>; readonly Tags?: Readonly<Record<string, string>>;
  };
  return {
    StackName: environment.stackName,
    ChangeSetName: environment.changeSetName,
    ChangeSetType: 'UPDATE',
    RoleARN: environment.executionRoleArn,
    IncludeNestedStacks: includeNestedStacks,
    Capabilities: [...environment.capabilities] as CreateChangeSetInput['Capabilities'],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...templateOf(artifact, template, environment),
    ...(environment.rollback === undefined ? {} : {
      RollbackConfiguration: {
        RollbackTriggers: environment.rollback.triggers.map(({ arn, type }) => ({ Arn: arn, Type: type })),
        MonitoringTimeInMinutes: environment.rollback.minutes,
      },
    }),
  };
}

/** The template itself, or where it is stored if it is too large to be sent. */
function templateOf(
  { release, file }: ReleaseArtifact, component: string, { region, artifactBucket, deployRoleArn }: GuardedEnvironment,
): Pick<CreateChangeSetInput, 'TemplateBody' | 'TemplateURL'> {
  const body = file(artifactBucket === undefined ? RELEASE_FILES.template : RELEASE_FILES.regionalTemplate(region));
  if (Buffer.byteLength(body) <= MAX_TEMPLATE_BODY) {
    return { TemplateBody: body };
  }
  const location = release.components[component]?.location ?? '';
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
  if (key === undefined) {
    throw new Error(`Component '${component}' is the template, and has to be one file in S3, but its location is '${location}'.`);
  }
  // Without copies of its own the environment is in the pipeline's Region.
  const host = s3Host(artifactBucket ?? bucket!, region, partitionOf(deployRoleArn));
  return { TemplateURL: `https://${host}/${key.split('/').map(encodeURIComponent).join('/')}` };
}

/** How often, and how far apart, to try while a deleted change set's name is still taken. */
const ATTEMPTS = 20;
const WAIT_MS = 3_000;

/** Puts a change set in the place of the one of the same name. */
export async function replaceChangeSet(client: CloudFormationClient, input: CreateChangeSetInput, timing: Timing): Promise<void> {
  await client.send(new DeleteChangeSetCommand({ StackName: input.StackName, ChangeSetName: input.ChangeSetName }));
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new CreateChangeSetCommand(input));
      return;
    } catch (error) {
      if (!(error instanceof AlreadyExistsException) || attempt === ATTEMPTS) {
        throw error;
      }
      await timing.sleep(WAIT_MS);
    }
  }
}
