import { Assets, readAssets } from './assets';
import { AssemblyError } from './error';
import { fileIn } from './paths';
import { isObject, JsonObject, listOf, objectOf, optionalString, parseJson, requireText, textsOf } from './values';

/** One stack of a cloud assembly, as the application says it. */
export interface AssemblyStack {
  /** Path of the construct: the Stages that it is in, and its ID, such as `Test/Network`. */
  readonly path: string;
  /** Path of its Stage; empty where it is in none. */
  readonly stage: string;
  readonly stackName: string;
  /** Absent where the stack may be deployed to any. */
  readonly account?: string;
  readonly region?: string;
  /** From the assembly's folder. */
  readonly templateFile: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  readonly notificationArns: readonly string[];
  /** Paths of the stacks that come before it. */
  readonly dependsOn: readonly string[];
  readonly assets: Assets;
  /** Version of the bootstrap that it needs at least. */
  readonly bootstrapVersion?: number;
  /** Roles that the application names; absent where it names none. */
  readonly deployRoleArn?: string;
  readonly executionRoleArn?: string;
}

/** A value that the application asks AWS for, and that the assembly has to be synthesized again with. */
export interface MissingValue {
  readonly key: string;
  readonly provider: string;
}

export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  readonly missing: readonly MissingValue[];
}

/** Reads a file of the assembly, by its path from the assembly's folder. Nothing where there is none. */
export type ReadAssemblyFile = (path: string) => string | undefined;

interface Artifact {
  readonly id: string;
  readonly type: string;
  readonly dependencies: readonly string[];
  readonly manifest: JsonObject;
  readonly properties: JsonObject;
  readonly title: string;
}

const STACK = 'aws:cloudformation:stack';
const ASSETS = 'cdk:asset-manifest';
const NESTED = 'cdk:cloud-assembly';

/** The oldest schema that says all that is needed: that of CDK 1.67, the first with asset manifests as they are now. */
const OLDEST_SCHEMA = 5;

/**
 * Reads a cloud assembly with those of its Stages: what `cdk synth` leaves.
 * @throws AssemblyError where it cannot be deployed as it is
 */
export function readAssembly(read: ReadAssemblyFile): Assembly {
  const assembly = readFolder(read, '', '');
  if (assembly.stacks.length === 0 && assembly.missing.length === 0) {
    throw new AssemblyError('The assembly has no stacks: the application deploys nothing.');
  }
  return { ...assembly, missing: distinct(assembly.missing) };
}

function readFolder(read: ReadAssemblyFile, folder: string, stage: string): Assembly {
  const file = folder === '' ? 'manifest.json' : `${folder}/manifest.json`;
  const text = read(file);
  if (text === undefined) {
    throw new AssemblyError(folder === ''
      ? 'There is no manifest.json: this is not what "cdk synth" leaves. Let the build commands synthesize the application into the folder that the component names.'
      : `Stage ${JSON.stringify(stage)} has no ${file}: the assembly is incomplete.`);
  }
  const manifest = parseJson(text, file);
  requireSchema(manifest.version, file);
  const artifacts = new Map(Object.entries(objectOf(manifest.artifacts, `${file}: artifacts`)).map(([id, artifact]) => [id, artifactOf(id, artifact, file)]));
  const missing = listOf(manifest.missing, `${file}: missing`).map((value): MissingValue => {
    const { key, provider } = objectOf(value, `${file}: missing`);
    return { key: requireText(key, `${file}: the key of a missing value`), provider: String(provider) };
  });
  const nested = [...artifacts.values()].filter(({ type }) => type === NESTED).map(({ id, properties, title }) => {
    const directory = fileIn(folder, requireText(properties.directoryName, `${title}: directoryName`), `${title}: directoryName`);
    return readFolder(read, directory, optionalString(properties.displayName, `${title}: displayName`) ?? id.replace(/^assembly-/, ''));
  });
  const stacks = [...artifacts.values()].filter(({ type }) => type === STACK).map((artifact) => stackOf(artifact, { read, folder, stage, artifacts }));
  return { stacks: [...stacks, ...nested.flatMap((one) => one.stacks)], missing: [...missing, ...nested.flatMap((one) => one.missing)] };
}

function requireSchema(version: unknown, file: string): void {
  const [, major] = /^(\d+)\./.exec(String(version)) ?? [];
  if (major === undefined || Number(major) < OLDEST_SCHEMA) {
    throw new AssemblyError(`${file} has version ${JSON.stringify(version)}: assemblies of CDK 2, and of CDK 1 with its new style of synthesis, can be deployed. Update the CDK.`);
  }
}

function artifactOf(id: string, artifact: unknown, file: string): Artifact {
  const title = `${file}: artifact ${JSON.stringify(id)}`;
  const manifest = objectOf(artifact, title);
  return {
    id,
    title,
    manifest,
    type: requireText(manifest.type, `${title}: type`),
    dependencies: listOf(manifest.dependencies, `${title}: dependencies`).map((dependency) => requireText(dependency, `${title}: a dependency`)),
    properties: objectOf(manifest.properties, `${title}: properties`),
  };
}

interface Surroundings {
  readonly read: ReadAssemblyFile;
  readonly folder: string;
  readonly stage: string;
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

function stackOf(artifact: Artifact, surroundings: Surroundings): AssemblyStack {
  const { read, folder, stage, artifacts } = surroundings;
  const { id, manifest, properties, title } = artifact;
  const metadata = metadataOf(artifact, surroundings);
  refuseErrors(metadata, title);
  refuseAssetParameters(metadata, title);
  const dependencies = artifact.dependencies.map((dependency) => {
    const found = artifacts.get(dependency);
    if (found === undefined) {
      throw new AssemblyError(`${title} depends on ${JSON.stringify(dependency)}, which the assembly does not have.`);
    }
    return found;
  });
  const unknown = dependencies.find(({ type }) => type !== STACK && type !== ASSETS && type !== NESTED && type !== 'cdk:tree' && type !== 'none');
  if (unknown !== undefined) {
    throw new AssemblyError(`${title} depends on ${JSON.stringify(unknown.id)} of type ${JSON.stringify(unknown.type)}, which this version cannot deploy.`);
  }
  const assetManifests = dependencies.filter(({ type }) => type === ASSETS);
  const assets = assetManifests.map((one) => {
    const file = fileIn(folder, requireText(one.properties.file, `${one.title}: file`), `${one.title}: file`);
    const text = read(file);
    if (text === undefined) {
      throw new AssemblyError(`${one.title} names ${file}, which the assembly does not have.`);
    }
    return readAssets(text, file, file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '');
  });
  const templateFile = fileIn(folder, requireText(properties.templateFile, `${title}: templateFile`), `${title}: templateFile`);
  return {
    path: pathOf(artifact, stage),
    stage,
    stackName: optionalString(properties.stackName, `${title}: stackName`) ?? id,
    ...environmentOf(manifest.environment, title),
    templateFile,
    parameters: textsOf(properties.parameters, `${title}: parameters`),
    tags: textsOf(properties.tags, `${title}: tags`),
    terminationProtection: properties.terminationProtection === true,
    notificationArns: listOf(properties.notificationArns, `${title}: notificationArns`).map((arn) => requireText(arn, `${title}: notificationArns`)),
    dependsOn: dependencies.filter(({ type }) => type === STACK).map((one) => pathOf(one, stage)),
    assets: {
      // The template is in the manifest too: it is given to CloudFormation, not published for it.
      files: assets.flatMap(({ files }) => files).filter(({ path }) => path !== templateFile),
      images: assets.flatMap(({ images }) => images),
    },
    ...bootstrapVersionOf([properties, ...assetManifests.map((one) => one.properties)]),
    ...roleOf('deployRoleArn', properties.assumeRoleArn, title),
    ...roleOf('executionRoleArn', properties.cloudFormationExecutionRoleArn, title),
  };
}

/** Newer versions have a display name, which is the path; older ones the stack's ID. */
function pathOf({ id, manifest, title }: Artifact, stage: string): string {
  return optionalString(manifest.displayName, `${title}: displayName`) ?? (stage === '' ? id : `${stage}/${id}`);
}

function environmentOf(environment: unknown, title: string): { account?: string; region?: string } {
  const [, account, region] = /^aws:\/\/([a-z0-9A-Z-]+)\/([a-z0-9-]+)$/.exec(requireText(environment, `${title}: environment`)) ?? [];
  if (account === undefined || region === undefined) {
    throw new AssemblyError(`${title}: environment is ${JSON.stringify(environment)}, and has to be aws://<account>/<Region>.`);
  }
  return { ...(account === 'unknown-account' ? {} : { account }), ...(region === 'unknown-region' ? {} : { region }) };
}

function metadataOf({ manifest, title }: Artifact, { read, folder }: Surroundings): readonly (readonly [string, JsonObject])[] {
  const file = optionalString(manifest.additionalMetadataFile, `${title}: additionalMetadataFile`);
  const text = file === undefined ? undefined : read(fileIn(folder, file, `${title}: additionalMetadataFile`));
  const all = [objectOf(manifest.metadata, `${title}: metadata`), ...(text === undefined ? [] : [parseJson(text, file!)])];
  return all.flatMap((metadata) => Object.entries(metadata))
    .flatMap(([path, entries]) => (Array.isArray(entries) ? entries : []).filter(isObject).map((entry) => [path, entry] as const));
}

/** The CDK's command line refuses them; an application that is run by another command has to be refused here. */
function refuseErrors(metadata: readonly (readonly [string, JsonObject])[], title: string): void {
  const errors = metadata.filter(([, { type }]) => type === 'aws:cdk:error');
  if (errors.length > 0) {
    throw new AssemblyError(`${title} has errors:\n${errors.map(([path, { data }]) => `- ${path}: ${String(data)}`).join('\n')}`);
  }
}

/** The way of CDK 1 without its new style of synthesis: parameters for which only the CDK's command line knows values. */
function refuseAssetParameters(metadata: readonly (readonly [string, JsonObject])[], title: string): void {
  const found = metadata.find(([, { type, data }]) => type === 'aws:cdk:asset' && isObject(data)
    && ('s3BucketParameter' in data || 'imageNameParameter' in data || data.packaging === 'container-image'));
  if (found !== undefined) {
    throw new AssemblyError(`${title} gives its assets by parameters (${found[0]}), which the legacy synthesizer does. `
      + 'Use the DefaultStackSynthesizer; in CDK 1, set "@aws-cdk/core:newStyleStackSynthesis" to true in cdk.json.');
  }
}

function bootstrapVersionOf(properties: readonly JsonObject[]): { bootstrapVersion?: number } {
  const versions = properties.map(({ requiresBootstrapStackVersion: version }) => version).filter((version) => typeof version === 'number');
  return versions.length === 0 ? {} : { bootstrapVersion: Math.max(...versions) };
}

function roleOf<K extends string>(field: K, arn: unknown, title: string): { [k in K]?: string } {
  const value = optionalString(arn, `${title}: ${field}`);
  return value === undefined ? {} : { [field]: value } as { [k in K]?: string };
}

function distinct(missing: readonly MissingValue[]): MissingValue[] {
  return [...new Map(missing.map((value) => [value.key, value])).values()];
}

/** Refuses an assembly that was synthesized without values of AWS. */
export function requireComplete({ missing }: Assembly): void {
  if (missing.length > 0) {
    throw new AssemblyError(`The application asks AWS for values that cdk.context.json does not hold:\n${missing.map(({ key, provider }) => `- ${key} (${provider})`).join('\n')}\n`
      + 'A build looks nothing up, so that the same commit always makes the same. Run "cdk synth" where you may read the account, and commit cdk.context.json.');
  }
}
