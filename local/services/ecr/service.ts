import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { DescribeImagesRequest, ImageIdentifier } from '@aws-sdk/client-ecr';
import { NotEmulatedError } from '../../activity';
import { JsonService, ServiceError, timestamp } from '../json-protocol';
import { readBody, ServiceHandler } from '../server';

interface Image {
  readonly digest: string;
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
    DescribeImages: (input: DescribeImagesRequest) => this.describeImages(input),
    GetAuthorizationToken: () => this.getAuthorizationToken(),
  });

  public readonly registry: ServiceHandler = { handle: async (request, response) => this.push(request, response) };

  private readonly repositories = new Map<string, ImageRepository>();

  public createRepository(name: string, options: { readonly registryId: string; readonly immutable: boolean }): void {
    this.repositories.set(name, { ...options, images: new Map() });
  }

  private describeImages({ repositoryName, imageIds, filter }: DescribeImagesRequest): object {
    const repository = this.repositories.get(repositoryName ?? '');
    if (repository === undefined) {
      throw new ServiceError('RepositoryNotFoundException', `The repository with name '${repositoryName}' does not exist in the registry`);
    }
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
    const manifest = await readBody(request);
    const repository = this.repositories.get(name);
    if (repository === undefined) {
      return refuse(response, 404, 'NAME_UNKNOWN', `The repository with name '${name}' does not exist in the registry`);
    }
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    const holder = [...repository.images.values()].find(({ tags }) => tags.has(tag));
    if (holder !== undefined && repository.immutable) {
      return refuse(response, 400, 'TAG_INVALID',
        `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the repository is immutable.`);
    }
    holder?.tags.delete(tag);
    const image = repository.images.get(digest) ?? {
      digest, mediaType: request.headers['content-type'] ?? '', size: manifest.length, pushedAt: new Date(), tags: new Set<string>(),
    };
    image.tags.add(tag);
    repository.images.set(digest, image);
    response.writeHead(201, { 'docker-content-digest': digest }).end();
  }
}

function findImage(repository: ImageRepository, { imageDigest, imageTag }: ImageIdentifier, repositoryName: string | undefined): Image {
  const image = [...repository.images.values()].find(({ digest, tags }) =>
    (imageDigest === undefined || digest === imageDigest) && (imageTag === undefined || tags.has(imageTag)));
  if (image === undefined) {
    throw new ServiceError('ImageNotFoundException',
      `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${repository.registryId}'`);
  }
  return image;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code, message }] }));
}
