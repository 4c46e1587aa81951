/** Domain of AWS's console, by partition; that of the commercial Regions elsewhere. */
const DOMAINS: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.cn', 'aws-us-gov': 'amazonaws-us-gov.com' };

/** Where AWS's console shows resources of a Region. */
export function consoleOf(partition: string, region: string): string {
  return `https://${region}.console.${DOMAINS[partition] ?? 'aws.amazon.com'}`;
}
