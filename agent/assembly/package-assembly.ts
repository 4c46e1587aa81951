import { existsSync, promises as fs, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { AssetStore } from './asset-store';
import { storeFileAsset } from './file-assets';
import { ImageAssets } from './image-assets';
import { Assembly, AssemblyStack, readAssembly, requireComplete } from '../../src/core/assembly/assembly';
import { FileAsset, ImageAsset } from '../../src/core/assembly/assets';
import { BuiltAssembly, BuiltFileAsset, BuiltImageAsset, BuiltStack } from '../../src/core/assembly/built';
import { BuiltImage } from '../../src/core/assembly/image-references';
import { NestedTemplate, RewrittenTemplate, rewriteTemplates } from '../../src/core/assembly/templates';
import { canonicalJson, sha256 } from '../../src/core/digest';
import { PackagedArtifact, PackagedFile } from '../packaging';

/** The file of a build that says what its assembly holds. */
export const ASSEMBLY_FILE = 'assembly.json';

export interface PackageAssemblyProps {
  readonly component: string;
  /** The assembly's folder. */
  readonly directory: string;
  /** The repository's root: nothing outside is packaged. */
  readonly root: string;
  readonly assets: AssetStore;
  /** Prefix of the component's assets, ending in `/`. */
  readonly assetPrefix: string;
  readonly ecr: ECRClient;
  readonly repositoryUri?: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/**
 * Stores the assets of a cloud assembly, each once and by the CDK's hash, and collects what else is deployed of it: its templates, in which images are
 * named by the digest of what was built.
 */
export async function packageAssembly(props: PackageAssemblyProps): Promise<PackagedArtifact> {
  const assembly = read(props);
  requireComplete(assembly);
  const locate = async (path: string, asset: string) => locateIn(props, path, asset);
  const images = new ImageAssets({ ...props, locate });
  const stored = new Map<string, { readonly location: string; readonly digest: string }>();
  for (const asset of assembly.stacks.flatMap((stack) => stack.assets.images)) {
    if (!stored.has(asset.id)) {
      stored.set(asset.id, await images.store(asset));
    }
  }
  const files: PackagedFile[] = [];
  const stacks: BuiltStack[] = [];
  for (const stack of assembly.stacks) {
    const { template, built } = await packageStack(stack, { ...props, locate, stored });
    files.push(template);
    stacks.push(built);
  }
  const built: BuiltAssembly = { version: 1, stacks };
  const text = `${JSON.stringify(built, undefined, 2)}\n`;
  return {
    files: [{ name: ASSEMBLY_FILE, content: { bytes: Buffer.from(text) } }, ...files],
    digest: sha256(canonicalJson(built)),
    locationSuffix: ASSEMBLY_FILE,
  };
}

function read({ component, directory }: PackageAssemblyProps): Assembly {
  try {
    return readAssembly((path) => {
      const file = join(directory, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    });
  } catch (error) {
    throw new Error(`Component '${component}' leaves the cloud assembly ${directory}, which cannot be deployed. ${(error as Error).message}`);
  }
}

interface StackProps extends PackageAssemblyProps {
  readonly locate: (path: string, asset: string) => Promise<string>;
  readonly stored: ReadonlyMap<string, { readonly location: string; readonly digest: string }>;
}

async function packageStack(stack: AssemblyStack, props: StackProps): Promise<{ readonly template: PackagedFile; readonly built: BuiltStack }> {
  const { assets: { files, images }, templateFile, ...settings } = stack;
  const nested = files.filter(isNestedTemplate);
  const texts = await Promise.all(nested.map(async (asset): Promise<NestedTemplate> => ({
    path: asset.path, id: asset.id, objectKey: onlyDestination(asset).objectKey, text: await fs.readFile(await props.locate(asset.path, asset.title), 'utf8'),
  })));
  const root = { file: templateFile, text: await fs.readFile(await props.locate(templateFile, `The template of ${stack.path}`), 'utf8') };
  const rewritten = rewriteTemplates(root, texts, images.map((image) => builtImage(image, props.stored.get(image.id)!.digest)));
  const bytes = Buffer.from(rewritten.root);
  const built: BuiltStack = {
    ...settings,
    template: { file: templateFile, sha256: sha256(rewritten.root), bytes: bytes.length },
    files: await inOrder(files, async (asset) => storeFile(asset, rewritten.nested.get(asset.path), props)),
    images: images.flatMap((image) => image.destinations.map(({ repositoryName, region, roleArn }): BuiltImageAsset => ({
      title: image.title,
      location: props.stored.get(image.id)!.location,
      repositoryName,
      ...(region === undefined ? {} : { region }),
      ...(roleArn === undefined ? {} : { roleArn }),
    }))),
  };
  return { template: { name: templateFile, content: { bytes } }, built };
}

/** The CDK names the templates of nested stacks so, in all versions. */
function isNestedTemplate({ path, packaging }: FileAsset): boolean {
  return packaging === 'file' && path.endsWith('.nested.template.json');
}

async function storeFile(asset: FileAsset, rewritten: RewrittenTemplate | undefined, props: StackProps): Promise<BuiltFileAsset> {
  const { region, roleArn, bucketName, objectKey } = onlyDestination(asset);
  const stored = rewritten?.isChanged
    ? await props.assets.put(`${props.assetPrefix}${sha256(rewritten.text)}.json`, { bytes: Buffer.from(rewritten.text) })
    : await storeFileAsset(asset, { store: props.assets, prefix: props.assetPrefix, locate: props.locate, log: props.log });
  return {
    ...stored,
    title: asset.title,
    bucketName,
    objectKey: rewritten?.objectKey ?? objectKey,
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { roleArn }),
  };
}

/** A stack is in one place, so each of its assets goes to one. */
function onlyDestination({ title, destinations }: FileAsset) {
  const [destination, ...others] = [...new Map(destinations.map((one) => [canonicalJson(one), one])).values()];
  if (destination === undefined || others.length > 0) {
    throw new Error(`${title} has ${destinations.length} destinations, and a stack's asset has one.`);
  }
  return destination;
}

function builtImage({ title, destinations }: ImageAsset, digest: string): BuiltImage {
  const [destination, ...others] = destinations;
  if (destination === undefined || others.length > 0) {
    throw new Error(`${title} has ${destinations.length} destinations, and a stack's image has one.`);
  }
  return { title, repositoryName: destination.repositoryName, imageTag: destination.imageTag, digest };
}

async function locateIn({ directory, root }: PackageAssemblyProps, path: string, asset: string): Promise<string> {
  let real: string;
  try {
    real = await fs.realpath(isAbsolute(path) ? path : resolve(directory, path));
  } catch {
    throw new Error(`${asset} is at ${path}, where nothing is: the assembly is incomplete.`);
  }
  const fromRoot = relative(await fs.realpath(root), real);
  if (fromRoot === '..' || fromRoot.startsWith(`..${sep}`) || isAbsolute(fromRoot)) {
    throw new Error(`${asset} is at ${real}, outside of the repository. Nothing outside is stored: let the CDK stage its assets, or copy the file in.`);
  }
  return real;
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(await work(item));
  }
  return results;
}
