/** The bucket and key that an HTTPS address of S3 names: the bucket in the host's name, or the first part of the path. */
export function objectOfUrl(url: string): { readonly bucket: string; readonly key: string } | undefined {
  const { virtualHost, pathStyle, key } = /^https:\/\/(?:s3[^/]*\.amazonaws\.com\/(?<pathStyle>[^/]+)|(?<virtualHost>[^/]+)\.s3[^/]*\.amazonaws\.com)\/(?<key>.+)$/.exec(url)?.groups ?? {};
  const bucket = pathStyle ?? virtualHost;
  return bucket === undefined ? undefined : { bucket, key: decodeURIComponent(key) };
}
