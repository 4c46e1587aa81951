import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/** The programs that ship with the package, by their folder under `assets/`. */
export type Bundle = 'lambda/diff.lambda' | 'lambda/diff/tracing' | 'lambda/builds.lambda' | 'lambda/release.lambda' | 'lambda/record.lambda' | 'lambda/delivery.lambda' | 'lambda/approval.lambda' | 'lambda/calendar.lambda' | 'lambda/health.lambda' | 'lambda/guarded-deployment.lambda' | 'lambda/notifications.lambda' | 'lambda/webhook.lambda' | 'agent/agent' | 'cli/parts/analysis';

const ASSETS = path.join(__dirname, '..', '..', 'assets');

/** The one file of a bundle. */
export function bundleFile(bundle: Bundle): string {
  const file = path.join(ASSETS, bundle, 'index.js');
  if (!fs.existsSync(file)) {
    throw new Error(`The program ${file} is missing: the package is incomplete. Install cdk-modular-pipeline anew (in its own repository: npx projen bundle).`);
  }
  return file;
}

/** The folder of a program of several bundles, each of which finds the others next to itself. */
export function programsFolder(program: 'cli'): string {
  const folder = path.join(ASSETS, program);
  if (!fs.existsSync(path.join(folder, 'cdk-modular-pipeline', 'index.js'))) {
    throw new Error(`The program ${folder} is missing: the package is incomplete. Install cdk-modular-pipeline anew (in its own repository: npx projen bundle).`);
  }
  return folder;
}

/**
 * Makes a folder of the given files, lets `use` make assets of it, and removes it where the CDK has taken its copy.
 * The CDK names assets after their content, so the folder's own name shows nowhere.
 */
export function withFolder<T>(scope: Construct, files: { readonly [name: string]: string | Uint8Array }, use: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-modular-pipeline-'));
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), content);
  }
  const result = use(folder);
  if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) {
    fs.rmSync(folder, { recursive: true });
  }
  return result;
}
