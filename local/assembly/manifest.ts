import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, NotEmulatedError } from '../activity';
import { Template } from './template';

/** What synth wrote, read as far as the local run needs it. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  readonly assets: readonly FileAsset[];
}

export interface AssemblyStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Values that the assembly itself gives to template parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface FileAsset {
  /** Absolute path of a file, or of a folder to be zipped. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  readonly destinations: readonly { readonly bucket: string; readonly key: string }[];
}

/** Used for stacks that name no account or Region. */
const AGNOSTIC = { 'unknown-account': '123456789012', 'unknown-region': 'us-east-1' };

interface Manifest {
  readonly artifacts?: Record<string, {
    readonly type: string;
    readonly environment?: string;
    readonly displayName?: string;
    readonly properties?: {
      readonly templateFile?: string;
      readonly stackName?: string;
      readonly parameters?: Record<string, string>;
      readonly file?: string;
      readonly directoryName?: string;
    };
  }>;
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string; readonly packaging?: 'file' | 'zip'; readonly executable?: unknown };
    readonly destinations: Record<string, { readonly bucketName: string; readonly objectKey: string }>;
  }>;
  readonly dockerImages?: Record<string, unknown>;
}

/**
 * Reads a cloud assembly, stages' nested assemblies included.
 *
 * @throws if `directory` is not a cloud assembly
 */
export function readAssembly(directory: string): Assembly {
  const manifest = readManifest(directory);
  const stacks: AssemblyStack[] = [];
  const assets: FileAsset[] = [];
  for (const [id, { type, environment, properties = {} }] of Object.entries(manifest.artifacts ?? {})) {
    if (type === 'aws:cloudformation:stack') {
      const { account, region } = parseEnvironment(id, environment);
      stacks.push({
        name: properties.stackName ?? id,
        account,
        region,
        template: readJson<Template>(join(directory, properties.templateFile ?? `${id}.template.json`)),
        parameters: properties.parameters ?? {},
      });
    } else if (type === 'cdk:asset-manifest') {
      assets.push(...readAssets(directory, properties.file ?? `${id}.json`));
    } else if (type === 'cdk:cloud-assembly') {
      const nested = readAssembly(join(directory, properties.directoryName ?? id));
      stacks.push(...nested.stacks);
      assets.push(...nested.assets);
    }
  }
  return { stacks, assets };
}

function readManifest(directory: string): Manifest {
  try {
    return readJson<Manifest>(join(directory, 'manifest.json'));
  } catch (error) {
    throw new InputError(`'${directory}' is not a synthesized cloud assembly: its manifest.json cannot be read (${(error as Error).message}). Synthesize the app first, for example with 'npm run synth'.`);
  }
}

function parseEnvironment(id: string, environment: string | undefined): { account: string; region: string } {
  const match = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment ?? '');
  if (!match) {
    throw new Error(`Stack '${id}' has the environment '${environment}' in the assembly's manifest; expected aws://<account>/<region>.`);
  }
  const [, account, region] = match;
  return {
    account: account === 'unknown-account' ? AGNOSTIC['unknown-account'] : account,
    region: region === 'unknown-region' ? AGNOSTIC['unknown-region'] : region,
  };
}

function readAssets(directory: string, file: string): FileAsset[] {
  const manifest = readJson<AssetManifest>(join(directory, file));
  const images = Object.keys(manifest.dockerImages ?? {});
  if (images.length > 0) {
    throw new NotEmulatedError(`container image assets (${images.join(', ')} in ${file})`);
  }
  return Object.entries(manifest.files ?? {}).map(([id, { source, destinations }]) => {
    if (source.path === undefined) {
      throw new NotEmulatedError(`file asset '${id}' in ${file}, which a command has to make`);
    }
    return {
      path: join(directory, source.path),
      packaging: source.packaging ?? 'file',
      destinations: Object.values(destinations).map(({ bucketName, objectKey }) => ({
        bucket: withoutPlaceholders(bucketName),
        key: withoutPlaceholders(objectKey),
      })),
    };
  });
}

function withoutPlaceholders(name: string): string {
  return name
    .replaceAll('${AWS::AccountId}', AGNOSTIC['unknown-account'])
    .replaceAll('${AWS::Region}', AGNOSTIC['unknown-region'])
    .replaceAll('${AWS::Partition}', 'aws');
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
