import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the CDK's command line gives an application: the context of its `cdk.json`. */
export function exampleEnvironment(folder: string): { readonly CDK_CONTEXT_JSON: string } {
  const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { context: object };
  return { CDK_CONTEXT_JSON: JSON.stringify(context) };
}
