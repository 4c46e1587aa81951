import { StoredObject } from './object-store';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const DEFAULT_PAGE = 1000;

export function errorXml(code: string, message: string, resource: string): string {
  return `${DECLARATION}<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><Resource>${escapeXml(resource)}</Resource></Error>`;
}

/** The answer to CopyObject. */
export function copyXml({ etag, lastModified }: StoredObject): string {
  return `${DECLARATION}<CopyObjectResult><LastModified>${lastModified.toISOString()}</LastModified><ETag>${escapeXml(etag)}</ETag></CopyObjectResult>`;
}

/** The answer to CreateMultipartUpload. */
export function uploadXml(bucket: string, key: string, id: string): string {
  return `${DECLARATION}<InitiateMultipartUploadResult><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
}

/** The answer to CompleteMultipartUpload. */
export function completedXml(bucket: string, { key, etag }: StoredObject): string {
  return `${DECLARATION}<CompleteMultipartUploadResult><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><ETag>${escapeXml(etag)}</ETag></CompleteMultipartUploadResult>`;
}

/** One page of ListObjectsV2: keys, and the prefixes that stand for several where there is a delimiter. */
export function listXml(bucket: string, objects: readonly StoredObject[], parameters: URLSearchParams): string {
  const prefix = parameters.get('prefix') ?? '';
  const delimiter = parameters.get('delimiter') ?? '';
  const maxKeys = Math.min(Number(parameters.get('max-keys') ?? DEFAULT_PAGE), DEFAULT_PAGE);
  const token = parameters.get('continuation-token');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString();
  const encode = parameters.get('encoding-type') === 'url' ? encodeURIComponent : escapeXml;

  const entries = new Map<string, StoredObject | undefined>();
  for (const object of objects) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    entries.set(name, end < 0 ? object : undefined);
  }
  const remaining = [...entries].filter(([name]) => after === undefined || name > after);
  const page = remaining.slice(0, maxKeys);
  const truncated = remaining.length > page.length;
  return [
    DECLARATION,
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${escapeXml(bucket)}</Name><Prefix>${encode(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${maxKeys}</MaxKeys>`,
    `<IsTruncated>${truncated}</IsTruncated>`,
    truncated ? `<NextContinuationToken>${Buffer.from(page[page.length - 1][0]).toString('base64')}</NextContinuationToken>` : '',
    ...page.map(([name, object]) => object === undefined
      ? `<CommonPrefixes><Prefix>${encode(name)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${encode(name)}</Key><LastModified>${object.lastModified.toISOString()}</LastModified>`
        + `<ETag>${escapeXml(object.etag)}</ETag><Size>${object.size}</Size><StorageClass>STANDARD</StorageClass></Contents>`),
    '</ListBucketResult>',
  ].join('');
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
