import { CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { DeliveryPlace } from '../../src/contract/delivery';
import { RELEASE_FILES } from '../../src/contract/objects';
import { StackContent } from '../../src/core/delivery/content';
import { partitionOf, s3Host } from '../shared/partition';
import { ReleaseArtifact } from '../shared/release-artifact';

/** Largest template that CreateChangeSet takes in the call itself, in bytes. */
const MAX_TEMPLATE_BODY = 51_200;

/** What the release brings to a place's stack. */
export function contentOf(name: string, place: DeliveryPlace, artifact: ReleaseArtifact): StackContent {
  const { Parameters: parameters, Tags: tags = {} } = JSON.parse(artifact.file(RELEASE_FILES.configuration(name))) as {
    readonly Parameters: Readonly<Record<string, string>>; readonly Tags?: Readonly<Record<string, string>>;
  };
  return {
    template: artifact.file(place.artifactBucket === undefined ? RELEASE_FILES.template : RELEASE_FILES.regionalTemplate(place.region)),
    parameters,
    tags,
    capabilities: place.capabilities,
    notificationArns: [],
    executionRoleArn: place.executionRoleArn,
    ...(place.rollback === undefined ? {} : { rollback: place.rollback }),
  };
}

/** Where a template that is too large to be sent is stored: S3's address in the bucket's own Region, which is the only one in every partition. */
export interface TemplateObject {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly partition: string;
}

/** Parts of `CreateChangeSet` that say what is deployed. A stack that is created has nothing to roll back to, so no alarms are watched. */
export function contentInput(content: StackContent, isCreation: boolean, stored: () => TemplateObject): Partial<CreateChangeSetInput> {
  const { template, parameters, tags, capabilities, notificationArns, executionRoleArn, rollback } = content;
  return {
    ...(Buffer.byteLength(template) <= MAX_TEMPLATE_BODY ? { TemplateBody: template } : { TemplateURL: templateUrl(stored()) }),
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

/** The object that holds the template of a release in a place's Region. */
export function templateObject(component: string, place: DeliveryPlace, { release }: ReleaseArtifact, pipelineRegion: string): TemplateObject {
  const location = release.components[component]?.location ?? '';
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
  if (key === undefined || bucket === undefined) {
    throw new Error(`Component '${component}' is the template, and has to be one file in S3, but its location is '${location}'.`);
  }
  return {
    ...(place.artifactBucket === undefined ? { bucket, region: pipelineRegion } : { bucket: place.artifactBucket, region: place.region }),
    key,
    partition: partitionOf(place.deployRoleArn),
  };
}

function templateUrl({ bucket, key, region, partition }: TemplateObject): string {
  return `https://${s3Host(bucket, region, partition)}/${key.split('/').map(encodeURIComponent).join('/')}`;
}
