import * as fs from 'node:fs';
import * as path from 'node:path';
import type { App } from 'aws-cdk-lib';
import { exampleEnvironment } from '../../local/example-context';

export const EXAMPLES_FOLDER = path.join(__dirname, '..', '..', 'examples');

/** Names of all examples. */
export const EXAMPLES = fs.readdirSync(EXAMPLES_FOLDER).filter((name) => fs.existsSync(path.join(EXAMPLES_FOLDER, name, 'app.ts')));

/** An example's application, with the context of its `cdk.json`, as the CDK's command line hands it over. The test mocks `cdk-modular-pipeline`. */
export function loadExample(name: string, context: Readonly<Record<string, string>> = {}): App {
  const before = process.env.CDK_CONTEXT_JSON;
  Object.assign(process.env, exampleEnvironment(path.join(EXAMPLES_FOLDER, name)));
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as object, ...context });
  try {
    return jest.requireActual<{ app: App }>(path.join(EXAMPLES_FOLDER, name, 'app.ts')).app;
  } finally {
    if (before === undefined) {
      delete process.env.CDK_CONTEXT_JSON;
    } else {
      process.env.CDK_CONTEXT_JSON = before;
    }
  }
}
