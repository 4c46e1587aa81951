import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import type {
  BatchCheckLayerAvailabilityRequest, BatchGetImageRequest, DescribeImagesRequest, ImageIdentifier, PutImageRequest,
} from '@aws-sdk/client-ecr';
import { NotEmulatedError } from '../../activity';
import { JsonService, ServiceError, timestamp } from '../json-protocol';
import { readBody, ServiceHandler } from '../server';

interface Image {
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly pushedAt: Date;
  readonly tags: Set<string>;
}

interface ImageRepository {
  readonly registryId: string;
  readonly immutable: boolean;
  readonly images: Map<string, Image>;
}

const TOKEN_LIFETIME = 12 * 60 * 60 * 1000;

/** ECR: its own API for what was pushed, and of the registry's protocol what pushes a manifest. */
export class Ecr {
  public readonly service = new JsonService('ecr', {
    BatchCheckLayerAvailability: (input: BatchCheckLayerAvailabilityRequest) => this.checkLayers(input),
    BatchGetImage: (input: BatchGetImageRequest) => this.getImages(input),
    PutImage: (input: PutImageRequest) => this.putImage(input),
    DescribeImages: (input: DescribeImagesRequest) => this.describeImages(input),
    GetAuthorizationToken: () => this.getAuthorizationToken(),
  });

  public readonly registry: ServiceHandler = { handle: async (request, response) => this.push(request, response) };

  private readonly repositories = new Map<string, ImageRepository>();

  public createRepository(name: string, options: { readonly registryId: string; readonly immutable: boolean }): void {
    this.repositories.set(name, { ...options, images: new Map() });
  }

  private describeImages({ repositoryName, imageIds, filter }: DescribeImagesRequest): object {
    const repository = this.find(repositoryName);
    if (filter !== undefined) {
      throw new NotEmulatedError('the call ecr:DescribeImages with a filter');
    }
    const images = imageIds?.map((id) => findImage(repository, id, repositoryName)) ?? [...repository.images.values()];
    return {
      imageDetails: images.map(({ digest, tags, size, pushedAt, mediaType }) => ({
        registryId: repository.registryId,
        repositoryName,
        imageDigest: digest,
        imageTags: [...tags],
        imageSizeInBytes: size,
        imagePushedAt: timestamp(pushedAt),
        imageManifestMediaType: mediaType,
      })),
    };
  }

  private find(repositoryName: string | undefined): ImageRepository {
    const [name, registryId] = /^cdk-[a-z0-9]+-container-assets-(\d{12})-[a-z0-9-]+$/.exec(repositoryName ?? '') ?? [];
    if (name !== undefined && !this.repositories.has(name)) {
      // Every account is bootstrapped in every Region.
      this.createRepository(name, { registryId: registryId!, immutable: true });
    }
    const repository = this.repositories.get(repositoryName ?? '');
    if (repository === undefined) {
      throw new ServiceError('RepositoryNotFoundException', `The repository with name '${repositoryName}' does not exist in the registry`);
    }
    return repository;
  }

  /** Layers are taken for granted, as where they are pushed. */
  private checkLayers({ repositoryName, layerDigests = [] }: BatchCheckLayerAvailabilityRequest): object {
    this.find(repositoryName);
    return { layers: layerDigests.map((layerDigest) => ({ layerDigest, layerAvailability: 'AVAILABLE' })), failures: [] };
  }

  private getImages({ repositoryName, imageIds = [] }: BatchGetImageRequest): object {
    const repository = this.find(repositoryName);
    const found = imageIds.map((id) => ({ id, image: matching(repository, id) }));
    return {
      images: found.flatMap(({ id, image }) => image === undefined ? [] : [{
        registryId: repository.registryId,
        repositoryName,
        imageId: { ...id, imageDigest: image.digest },
        imageManifest: image.manifest,
        imageManifestMediaType: image.mediaType,
      }]),
      failures: found.flatMap(({ id, image }) => image === undefined
        ? [{ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }]
        : []),
    };
  }

  private putImage({ repositoryName, imageManifest = '', imageManifestMediaType = '', imageDigest, imageTag }: PutImageRequest): object {
    const repository = this.find(repositoryName);
    const digest = digestOf(imageManifest);
    if (imageDigest !== undefined && imageDigest !== digest) {
      throw new ServiceError('ImageDigestDoesNotMatchException', `The image digest '${imageDigest}' does not match the calculated digest '${digest}'`);
    }
    const present = repository.images.get(digest);
    if (present !== undefined && (imageTag === undefined || present.tags.has(imageTag))) {
      throw new ServiceError('ImageAlreadyExistsException', `Image with digest '${digest}' and tag '${imageTag}' already exists in the repository with name '${repositoryName}'`);
    }
    if (!storeImage(repository, imageManifest, imageManifestMediaType, imageTag)) {
      throw new ServiceError('ImageTagAlreadyExistsException', tagTaken(imageTag, repositoryName));
    }
    return { image: { registryId: repository.registryId, repositoryName, imageId: { imageDigest: digest, imageTag } } };
  }

  private getAuthorizationToken(): object {
    return {
      authorizationData: [{
        authorizationToken: Buffer.from('AWS:local').toString('base64'),
        expiresAt: timestamp(new Date(Date.now() + TOKEN_LIFETIME)),
        proxyEndpoint: 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com',
      }],
    };
  }

  /** `PUT /v2/<repository>/manifests/<tag>`: layers are taken for granted, the manifest is what the digest is made of. */
  private async push(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name, tag] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'PUT' || tag === undefined) {
      throw new NotEmulatedError(`the registry call ${request.method} ${request.url}`);
    }
    const manifest = (await readBody(request)).toString();
    const repository = this.repositories.get(name);
    if (repository === undefined) {
      return refuse(response, 404, 'NAME_UNKNOWN', `The repository with name '${name}' does not exist in the registry`);
    }
    if (!storeImage(repository, manifest, request.headers['content-type'] ?? '', tag)) {
      return refuse(response, 400, 'TAG_INVALID', tagTaken(tag, name));
    }
    response.writeHead(201, { 'docker-content-digest': digestOf(manifest) }).end();
  }
}

/** Stores an image under a tag. False: the tag is another image's, and stays so. */
function storeImage(repository: ImageRepository, manifest: string, mediaType: string, tag: string | undefined): boolean {
  const digest = digestOf(manifest);
  const holder = tag === undefined ? undefined : [...repository.images.values()].find(({ tags }) => tags.has(tag));
  if (holder !== undefined && repository.immutable) {
    return false;
  }
  const image = repository.images.get(digest) ?? {
    digest, manifest, mediaType, size: Buffer.byteLength(manifest), pushedAt: new Date(), tags: new Set<string>(),
  };
  if (tag !== undefined) {
    holder?.tags.delete(tag);
    image.tags.add(tag);
  }
  repository.images.set(digest, image);
  return true;
}

function tagTaken(tag: string | undefined, repositoryName: string | undefined): string {
  return `The image tag '${tag}' already exists in the '${repositoryName}' repository and cannot be overwritten because the repository is immutable.`;
}

function digestOf(manifest: string): string {
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
}

function matching(repository: ImageRepository, { imageDigest, imageTag }: ImageIdentifier): Image | undefined {
  return [...repository.images.values()].find(({ digest, tags }) =>
    (imageDigest === undefined || digest === imageDigest) && (imageTag === undefined || tags.has(imageTag)));
}

function findImage(repository: ImageRepository, { imageDigest, imageTag }: ImageIdentifier, repositoryName: string | undefined): Image {
  const image = matching(repository, { imageDigest, imageTag });
  if (image === undefined) {
    throw new ServiceError('ImageNotFoundException',
      `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${repository.registryId}'`);
  }
  return image;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code, message }] }));
}
