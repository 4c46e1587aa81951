import { referencesIn } from './references';
import { StackError } from './template-parameters';
import { TemplateResource } from './template-values';

const FUNCTION = 'AWS::Lambda::Function';
const VERSION = 'AWS::Lambda::Version';

/** What is no part of the configuration that a version is a snapshot of. */
const NOT_PUBLISHED = new Set(['Code', 'FunctionName', 'RecursiveLoop', 'ReservedConcurrentExecutions', 'RuntimeManagementConfig', 'Tags']);

/** Digest of an object in S3, by which Lambda tells one code from another; `undefined` for one that is not there. */
export type CodeDigest = (bucket: string, key: string) => string | undefined;

/** What was published last of each function of a stack, by logical ID: a digest of code and configuration. */
export type Published = ReadonlyMap<string, { readonly number: number; readonly snapshot: string }>;

type Resources = Readonly<Record<string, TemplateResource>>;

/**
 * Publishes the versions that are new or replaced. Lambda makes no version of a function whose code and configuration are those of the one that
 * was published last, and CloudFormation fails then.
 *
 * @param publishing logical IDs of the resources that are new or replaced
 * @throws StackError where there is nothing to publish
 */
export function publishVersions(resources: Resources, publishing: ReadonlySet<string>, before: Published, digest: CodeDigest): Published {
  const published = new Map(before);
  for (const [id, { Type: type, Properties: { FunctionName: name } = {} }] of Object.entries(resources)) {
    const functionId = referencesIn(name).map((reference) => reference.id).find((reference) => resources[reference]?.Type === FUNCTION);
    if (type !== VERSION || !publishing.has(id) || functionId === undefined) {
      continue;
    }
    const snapshot = snapshotOf(resources[functionId]!, digest);
    const last = published.get(functionId);
    if (last?.snapshot === snapshot) {
      throw new StackError(`Resource ${id}: A version for this Lambda function exists ( ${last.number} ). Modify the function to create a new version.: UPDATE_ROLLBACK_COMPLETE`);
    }
    published.set(functionId, { number: (last?.number ?? 0) + 1, snapshot });
  }
  return published;
}

function snapshotOf({ Properties: properties = {} }: TemplateResource, digest: CodeDigest): string {
  const { S3Bucket: bucket, S3Key: key } = (properties.Code ?? {}) as { readonly S3Bucket?: unknown; readonly S3Key?: unknown };
  const code = typeof bucket === 'string' && typeof key === 'string' ? digest(bucket, key) ?? properties.Code : properties.Code;
  return JSON.stringify([code, Object.entries(properties).filter(([name]) => !NOT_PUBLISHED.has(name)).sort()]);
}
