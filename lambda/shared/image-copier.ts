import {
  BatchCheckLayerAvailabilityCommand, BatchGetImageCommand, CompleteLayerUploadCommand, ECRClient, GetDownloadUrlForLayerCommand, Image,
  ImageAlreadyExistsException, ImageTagAlreadyExistsException, InitiateLayerUploadCommand, LayerAlreadyExistsException, PutImageCommand, UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { mapConcurrently } from './concurrency';

/** An image of a build, and the repository that gets the same under a tag of its own. */
export interface ImagePublication extends ImageCopy {
  /** Acts on the repository that gets it, which may be another account's. */
  readonly client: ECRClient;
}

/** An image of a build, and the repository that gets the same. */
export interface ImageCopy {
  /** `<repository's URI>@<digest>` */
  readonly location: string;
  /** URI of a repository. */
  readonly destination: string;
  /** Of the copy. */
  readonly tag: string;
}

export interface ImageCopierProps {
  /** Makes a client of a Region. */
  readonly ecrIn: (region: string) => ECRClient;
  /** Reads bytes `first` to `last`, both included, of what is at an address. */
  readonly download: (url: string, first: number, last: number) => Promise<Uint8Array>;
}

interface Repository {
  readonly client: ECRClient;
  readonly registryId: string;
  readonly repositoryName: string;
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

const MANIFESTS = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const CONCURRENT_BLOBS = 4;
const DIGESTS_PER_CALL = 100;

/**
 * Copies images between repositories, layer by layer and with their manifests as they are, so that a copy has the digest of its original.
 * Layers that are there are not copied again: what was interrupted goes on where it was.
 */
export class ImageCopier {
  public constructor(private readonly props: ImageCopierProps) {}

  public async copy({ location, destination: uri, tag }: ImageCopy): Promise<void> {
    const [sourceUri, digest] = location.split('@') as [string, string];
    const destination = this.repository(uri);
    if (await findImage(destination, digest) !== undefined) {
      return;
    }
    const source = this.repository(sourceUri);
    const image = await findImage(source, digest);
    if (image === undefined) {
      throw new Error(`Image ${location} is not in its repository any more, so it cannot be copied to ${uri}. Force its component, to build it anew.`);
    }
    await this.copyBlobs(blobsOf(image, location), source, destination);
    await putImage(destination, image, digest, tag);
  }

  /**
   * Copies an image as `copy` does, and sees to it that it has its tag.
   * @throws Error where the tag is another image's
   */
  public async publish({ location, destination: uri, tag, client }: ImagePublication): Promise<'there' | 'published'> {
    const [sourceUri, digest] = location.split('@') as [string, string];
    const destination = { ...this.repository(uri), client };
    const tagged = await tagHolder(destination, tag);
    if (tagged === digest) {
      return 'there';
    }
    if (tagged !== undefined) {
      throw new Error(tagTaken(uri, tag, digest, tagged));
    }
    const source = this.repository(sourceUri);
    const image = await findImage(source, digest);
    if (image === undefined) {
      throw new Error(`Image ${location} is not in the pipeline's repository any more, so it cannot be published to ${uri}. Force its component, to build it again.`);
    }
    if (await findImage(destination, digest) === undefined) {
      await this.copyBlobs(blobsOf(image, location), source, destination);
    }
    try {
      await putImage(destination, image, digest, tag);
    } catch (error) {
      throw error instanceof ImageTagAlreadyExistsException ? new Error(tagTaken(uri, tag, digest, await tagHolder(destination, tag) ?? 'another')) : error;
    }
    return 'published';
  }

  private async copyBlobs(blobs: readonly Blob[], source: Repository, destination: Repository): Promise<void> {
    const missing = await missingBlobs(blobs, destination);
    await mapConcurrently(missing, CONCURRENT_BLOBS, async (blob) => this.copyBlob(blob, source, destination));
  }

  private async copyBlob({ digest, size }: Blob, source: Repository, { client, ...repository }: Repository): Promise<void> {
    const { downloadUrl } = await source.client.send(new GetDownloadUrlForLayerCommand({
      registryId: source.registryId, repositoryName: source.repositoryName, layerDigest: digest,
    }));
    const { uploadId, partSize } = await client.send(new InitiateLayerUploadCommand(repository));
    for (let first = 0; first < size; first += partSize!) {
      const last = Math.min(first + partSize!, size) - 1;
      await client.send(new UploadLayerPartCommand({
        ...repository,
        uploadId,
        partFirstByte: first,
        partLastByte: last,
        layerPartBlob: await this.props.download(downloadUrl!, first, last),
      }));
    }
    try {
      await client.send(new CompleteLayerUploadCommand({ ...repository, uploadId, layerDigests: [digest] }));
    } catch (error) {
      if (!(error instanceof LayerAlreadyExistsException)) {
        throw error;
      }
    }
  }

  private repository(uri: string): Repository {
    const [, registryId, region, repositoryName] = /^([0-9]{12})\.dkr\.ecr\.([^.]+)\.[^/]+\/(.+)$/.exec(uri) ?? [];
    if (registryId === undefined) {
      throw new Error(`'${uri}' is not the URI of an ECR repository.`);
    }
    return { client: this.props.ecrIn(region!), registryId, repositoryName: repositoryName! };
  }
}

async function findImage({ client, ...repository }: Repository, imageDigest: string): Promise<Image | undefined> {
  const { images = [] } = await client.send(new BatchGetImageCommand({ ...repository, imageIds: [{ imageDigest }], acceptedMediaTypes: MANIFESTS }));
  return images[0];
}

/** Digest of the image that has a tag. */
async function tagHolder({ client, ...repository }: Repository, imageTag: string): Promise<string | undefined> {
  const { images = [] } = await client.send(new BatchGetImageCommand({ ...repository, imageIds: [{ imageTag }], acceptedMediaTypes: MANIFESTS }));
  return images[0]?.imageId?.imageDigest;
}

function tagTaken(uri: string, tag: string, digest: string, holder: string): string {
  return `${uri}:${tag} is the image ${holder}, and should be ${digest}: somebody else pushed under this tag, and tags of this repository do not move. `
    + 'Delete that image, then retry the stage with all of its actions.';
}

/** Everything that the image's manifest refers to. */
function blobsOf({ imageManifest }: Image, location: string): Blob[] {
  const { config, layers } = JSON.parse(imageManifest!) as { readonly config?: Blob; readonly layers?: readonly Blob[] };
  if (config === undefined || layers === undefined) {
    throw new Error(`Image ${location} is an index of several images, which Lambda does not take: build a single one.`);
  }
  return [config, ...layers];
}

async function missingBlobs(blobs: readonly Blob[], { client, ...repository }: Repository): Promise<Blob[]> {
  const distinct = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  const missing: Blob[] = [];
  for (let start = 0; start < distinct.length; start += DIGESTS_PER_CALL) {
    const asked = distinct.slice(start, start + DIGESTS_PER_CALL);
    const { layers = [] } = await client.send(new BatchCheckLayerAvailabilityCommand({ ...repository, layerDigests: asked.map(({ digest }) => digest) }));
    const available = new Set(layers.filter(({ layerAvailability }) => layerAvailability === 'AVAILABLE').map(({ layerDigest }) => layerDigest));
    missing.push(...asked.filter(({ digest }) => !available.has(digest)));
  }
  return missing;
}

async function putImage(
  { client, ...repository }: Repository, { imageManifest, imageManifestMediaType }: Image, imageDigest: string, imageTag: string,
): Promise<void> {
  try {
    // With the digest, ECR refuses anything that is not the same to the byte.
    await client.send(new PutImageCommand({ ...repository, imageManifest, imageManifestMediaType, imageDigest, imageTag }));
  } catch (error) {
    if (!(error instanceof ImageAlreadyExistsException)) {
      throw error;
    }
  }
}
