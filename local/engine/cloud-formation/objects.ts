import { StackError } from './template-parameters';
import { TemplateResource } from './template-values';

/** Whether there is an object in S3. */
export type HasObject = (bucket: string, key: string) => boolean;

/**
 * What services read from S3 when a resource is made or updated has to be there: the code of functions and layers, definitions of state machines.
 *
 * @param touched logical IDs of the resources that are made or updated
 * @throws StackError with the service's complaint
 */
export function requireObjects(resources: Readonly<Record<string, TemplateResource>>, touched: readonly string[], has: HasObject): void {
  for (const id of touched) {
    const missing = objectsIn(resources[id]?.Properties).find(({ bucket, key }) => !has(bucket, key));
    if (missing !== undefined) {
      throw new StackError(`Resource ${id}: Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist. `
        + `(s3://${missing.bucket}/${missing.key})`);
    }
  }
}

/** Pairs of a bucket and a key, as far as both are known before anything is made. */
function objectsIn(value: unknown): { readonly bucket: string; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { S3Bucket: codeBucket, S3Key: codeKey, Bucket: bucket = codeBucket, Key: key = codeKey } = value as Readonly<Record<string, unknown>>;
  const own = typeof bucket === 'string' && typeof key === 'string' ? [{ bucket, key }] : [];
  return [...own, ...Object.values(value).flatMap(objectsIn)];
}
