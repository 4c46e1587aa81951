import { BuiltFileAsset, BuiltImageAsset, BuiltStack, imageTag } from './built';
import { AssemblyPlace } from './place';
import { filledIn } from './place-checks';

/** A file of a stack: where the pipeline's store has it, and its key in the place's bucket. */
export interface PlacedFile {
  /** For people. */
  readonly title: string;
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly objectKey: string;
}

/** An image of a stack, and its tag in the place's repository. */
export interface PlacedImage {
  readonly title: string;
  /** `<repository's URI>@<digest>` in the pipeline's store. */
  readonly location: string;
  readonly tag: string;
}

/** What has to be in a place before a stack is deployed there. */
export interface PlacedAssets {
  readonly files: readonly PlacedFile[];
  readonly images: readonly PlacedImage[];
}

/** The assets of a stack in a place. Of assets that several constructs share there is one each. */
export function placedAssets({ files, images }: BuiltStack, place: Pick<AssemblyPlace, 'account' | 'region' | 'partition'>): PlacedAssets {
  return {
    files: distinct(files.map((file) => placedFile(file, place)), ({ objectKey }) => objectKey),
    images: distinct(images.map(({ title, location }: BuiltImageAsset) => ({ title, location, tag: imageTag(location) })), ({ tag }) => tag),
  };
}

function placedFile({ title, key, sha256, bytes, objectKey }: BuiltFileAsset, place: Pick<AssemblyPlace, 'account' | 'region' | 'partition'>): PlacedFile {
  return { title, key, sha256, bytes, objectKey: filledIn(objectKey, place) };
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
