import { CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { DeliveryPlace } from '../../src/contract/delivery';
import { RELEASE_FILES } from '../../src/contract/objects';
import { StackContent } from '../../src/core/delivery/content';
import { PlacedStack, placeProblems, PlaceStacks, TemplateObject } from '../../src/core/delivery/place-stacks';
import { partitionOf, s3Host } from '../shared/partition';
import { ReleaseArtifact } from '../shared/release-artifact';

/** Largest template that CreateChangeSet takes in the call itself, in bytes. */
const MAX_TEMPLATE_BODY = 51_200;

/**
 * What the release brings to a stack of a place.
 * @param isLast whether alarms are watched after it, as nothing else is deployed afterwards
 */
export function contentOf(
  { templateFile, tags, capabilities, notificationArns = [] }: PlacedStack,
  parameters: Readonly<Record<string, string>>,
  place: DeliveryPlace,
  artifact: ReleaseArtifact,
  isLast: boolean,
): StackContent {
  return {
    template: artifact.file(templateFile),
    parameters,
    tags,
    capabilities,
    notificationArns,
    executionRoleArn: place.executionRoleArn,
    ...(place.rollback === undefined ? {} : { rollback: { ...place.rollback, minutes: isLast ? place.rollback.minutes : 0 } }),
  };
}

/** The stacks that the release brings to a place. @throws naming all that are not as the place's are to be */
export function stacksOf(name: string, place: DeliveryPlace, artifact: ReleaseArtifact): readonly PlacedStack[] {
  const { stacks } = JSON.parse(artifact.file(RELEASE_FILES.stacks(name))) as PlaceStacks;
  const problems = placeProblems(stacks, place);
  if (problems.length > 0) {
    throw new Error(`The release cannot be delivered to ${name}, and nothing was:\n- ${problems.join('\n- ')}`);
  }
  return stacks;
}

/**
 * Parts of `CreateChangeSet` that say what is deployed. A stack that is created has nothing to roll back to, so no alarms are watched.
 * @param storedAt address of the template, for one that is too large to be sent
 */
export function contentInput(content: StackContent, isCreation: boolean, storedAt: string): Partial<CreateChangeSetInput> {
  const { template, parameters, tags, capabilities, notificationArns, executionRoleArn, rollback } = content;
  return {
    ...(Buffer.byteLength(template) <= MAX_TEMPLATE_BODY ? { TemplateBody: template } : { TemplateURL: storedAt }),
    RoleARN: executionRoleArn,
    Capabilities: [...capabilities] as CreateChangeSetInput['Capabilities'],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...(notificationArns.length === 0 ? {} : { NotificationARNs: [...notificationArns] }),
    ...(rollback === undefined || isCreation ? {} : {
      RollbackConfiguration: {
        RollbackTriggers: rollback.triggers.map(({ arn, type }) => ({ Arn: arn, Type: type })),
        MonitoringTimeInMinutes: rollback.minutes,
      },
    }),
  };
}

/** S3's address of a template in the bucket's own Region, which is the only one in every partition. */
export function templateUrl({ bucket, key }: TemplateObject, { region, deployRoleArn }: DeliveryPlace): string {
  return `https://${s3Host(bucket, region, partitionOf(deployRoleArn))}/${key.split('/').map(encodeURIComponent).join('/')}`;
}
