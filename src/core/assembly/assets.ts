import { AssemblyError } from './error';
import { pathIn } from './paths';
import { isObject, JsonObject, objectOf, optionalString, parseJson, requireText, textsOf } from './values';

/** A file or a folder that a stack needs in the bucket of the bootstrap. */
export interface FileAsset {
  /** The CDK's hash of it. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** From the assembly's folder. */
  readonly path: string;
  /** `zip`: a folder that becomes a zip. */
  readonly packaging: 'file' | 'zip';
  readonly destinations: readonly FileDestination[];
}

export interface FileDestination {
  /** May hold `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`, as all parts of a destination. */
  readonly bucketName: string;
  readonly objectKey: string;
  readonly region?: string;
  readonly roleArn?: string;
}

/** A container image that a stack needs in the repository of the bootstrap. */
export interface ImageAsset {
  readonly id: string;
  readonly title: string;
  readonly source: ImageSource;
  readonly destinations: readonly ImageDestination[];
}

/** How an image is built. */
export interface ImageSource {
  /** The context, from the assembly's folder. */
  readonly directory: string;
  /** Relative to the context. */
  readonly dockerFile?: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildContexts: Readonly<Record<string, string>>;
  readonly buildSecrets: Readonly<Record<string, string>>;
  readonly ssh?: string;
  readonly networkMode?: string;
  readonly platform?: string;
  readonly outputs: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo?: string;
  readonly cacheDisabled: boolean;
}

export interface ImageDestination {
  readonly repositoryName: string;
  readonly imageTag: string;
  readonly region?: string;
  readonly roleArn?: string;
}

export interface Assets {
  readonly files: readonly FileAsset[];
  readonly images: readonly ImageAsset[];
}

/** Reads an asset manifest (`<stack>.assets.json`). @param folder of the manifest, from the assembly's */
export function readAssets(text: string, file: string, folder: string): Assets {
  const manifest = parseJson(text, file);
  return {
    files: Object.entries(objectOf(manifest.files, `${file}: files`)).map(([id, asset]) => fileAsset(id, objectOf(asset, `${file}: files ${id}`), file, folder)),
    images: Object.entries(objectOf(manifest.dockerImages, `${file}: dockerImages`))
      .map(([id, asset]) => imageAsset(id, objectOf(asset, `${file}: dockerImages ${id}`), file, folder)),
  };
}

function fileAsset(id: string, asset: JsonObject, file: string, folder: string): FileAsset {
  const title = titleOf(id, asset, file);
  const source = objectOf(asset.source, `${title}: source`);
  refusePrograms(source, title);
  const packaging = source.packaging ?? 'file';
  if (packaging !== 'file' && packaging !== 'zip') {
    throw new AssemblyError(`${title}: packaging is ${JSON.stringify(packaging)}, and has to be "file" or "zip".`);
  }
  return {
    id,
    title,
    path: pathIn(folder, requireText(source.path, `${title}: source.path`)),
    packaging,
    destinations: Object.values(objectOf(asset.destinations, `${title}: destinations`)).map((one) => {
      const destination = objectOf(one, `${title}: destination`);
      return {
        bucketName: requireText(destination.bucketName, `${title}: bucketName`),
        objectKey: requireText(destination.objectKey, `${title}: objectKey`),
        ...placeOf(destination, title),
      };
    }),
  };
}

function imageAsset(id: string, asset: JsonObject, file: string, folder: string): ImageAsset {
  const title = titleOf(id, asset, file);
  const source = objectOf(asset.source, `${title}: source`);
  refusePrograms(source, title);
  const target = optionalString(source.dockerBuildTarget, `${title}: dockerBuildTarget`);
  const dockerFile = optionalString(source.dockerFile, `${title}: dockerFile`);
  const ssh = optionalString(source.dockerBuildSsh, `${title}: dockerBuildSsh`);
  const networkMode = optionalString(source.networkMode, `${title}: networkMode`);
  const platform = optionalString(source.platform, `${title}: platform`);
  const cacheTo = source.cacheTo === undefined ? undefined : cacheOption(source.cacheTo, title);
  return {
    id,
    title,
    source: {
      directory: pathIn(folder, requireText(source.directory, `${title}: source.directory`)),
      ...(dockerFile === undefined ? {} : { dockerFile }),
      ...(target === undefined ? {} : { target }),
      buildArgs: textsOf(source.dockerBuildArgs, `${title}: dockerBuildArgs`),
      buildContexts: textsOf(source.dockerBuildContexts, `${title}: dockerBuildContexts`),
      buildSecrets: textsOf(source.dockerBuildSecrets, `${title}: dockerBuildSecrets`),
      ...(ssh === undefined ? {} : { ssh }),
      ...(networkMode === undefined ? {} : { networkMode }),
      ...(platform === undefined ? {} : { platform }),
      outputs: Array.isArray(source.dockerOutputs) ? source.dockerOutputs.map((output) => requireText(output, `${title}: dockerOutputs`)) : [],
      cacheFrom: Array.isArray(source.cacheFrom) ? source.cacheFrom.map((option) => cacheOption(option, title)) : [],
      ...(cacheTo === undefined ? {} : { cacheTo }),
      cacheDisabled: source.cacheDisabled === true,
    },
    destinations: Object.values(objectOf(asset.destinations, `${title}: destinations`)).map((one) => {
      const destination = objectOf(one, `${title}: destination`);
      return {
        repositoryName: requireText(destination.repositoryName, `${title}: repositoryName`),
        imageTag: requireText(destination.imageTag, `${title}: imageTag`),
        ...placeOf(destination, title),
      };
    }),
  };
}

function titleOf(id: string, { displayName }: JsonObject, file: string): string {
  return `Asset ${typeof displayName === 'string' ? `"${displayName}" (${id.slice(0, 12)})` : id} of ${file}`;
}

function refusePrograms(source: JsonObject, title: string): void {
  if (source.executable !== undefined) {
    throw new AssemblyError(`${title} is made by a program that is run when it is published (${JSON.stringify(source.executable)}). `
      + 'The pipeline builds once, before anything is published: let the program run before "cdk synth", and give the CDK what it makes.');
  }
}

function placeOf(destination: JsonObject, title: string): { region?: string; roleArn?: string } {
  const region = optionalString(destination.region, `${title}: region`);
  const roleArn = optionalString(destination.assumeRoleArn, `${title}: assumeRoleArn`);
  return { ...(region === undefined ? {} : { region }), ...(roleArn === undefined ? {} : { roleArn }) };
}

/** As `docker build --cache-from` and `--cache-to` take it. */
function cacheOption(option: unknown, title: string): string {
  if (!isObject(option)) {
    throw new AssemblyError(`${title}: a cache option is ${JSON.stringify(option)}, and has to be an object.`);
  }
  const parameters = Object.entries(textsOf(option.params, `${title}: cache params`)).map(([name, value]) => `,${name}=${value}`);
  return `type=${requireText(option.type, `${title}: cache type`)}${parameters.join('')}`;
}
