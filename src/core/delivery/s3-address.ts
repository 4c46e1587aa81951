/** An object of S3. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** The bucket and key that an HTTPS address of S3 names: the bucket in the host's name, or the first part of the path. */
export function s3Address(url: string): S3Address | undefined {
  const { virtualHost, pathStyle, key } = /^https:\/\/(?:s3[.-][^/]+\/(?<pathStyle>[^/]+)|(?<virtualHost>[^/]+?)\.s3[.-][^/]+)\/(?<key>[^?]+)$/.exec(url)?.groups ?? {};
  const bucket = pathStyle ?? virtualHost;
  try {
    return bucket === undefined ? undefined : { bucket, key: decodeURIComponent(key!) };
  } catch {
    return undefined;
  }
}
