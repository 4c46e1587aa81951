/** Domain of the services' endpoints, by partition; that of the commercial and the government Regions elsewhere. */
const DOMAINS: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};

/** The partition that an ARN is of. */
export function partitionOf(arn: string): string {
  return arn.split(':')[1]!;
}

/** Domain of the services' endpoints: `AWS::URLSuffix`. */
export function urlSuffix(partition: string): string {
  return DOMAINS[partition] ?? 'amazonaws.com';
}

/** A bucket's host: the Regional endpoint, the only one that every Region has. */
export function s3Host(bucket: string, region: string, partition: string): string {
  return `${bucket}.s3.${region}.${urlSuffix(partition)}`;
}

/** Host of an account's registry of container images. */
export function registryHost(account: string, region: string, partition: string): string {
  return `${account}.dkr.ecr.${region}.${urlSuffix(partition)}`;
}
