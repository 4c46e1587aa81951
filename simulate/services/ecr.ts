import { answered, jsonBody, Request, ServiceError } from './protocol';
import type { Response } from '../engine/task';

/** Images by repository and tag. Tags are immutable. */
export class Ecr {
  private readonly images = new Map<string, string>();

  /** @throws where the tag is taken by another image */
  public push(repository: string, tag: string, digest: string): void {
    const present = this.images.get(`${repository}:${tag}`);
    if (present !== undefined && present !== digest) {
      throw new Error(`The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`);
    }
    this.images.set(`${repository}:${tag}`, digest);
  }

  public async handle(operation: string, request: Request): Promise<Response> {
    return answered('ecr', () => {
      if (operation !== 'DescribeImages') {
        throw new Error(`ECR's ${operation} is not simulated.`);
      }
      const { repositoryName, imageIds: [{ imageTag }] } = jsonBody(request) as { repositoryName: string; imageIds: [{ imageTag: string }] };
      const imageDigest = this.images.get(`${repositoryName}:${imageTag}`);
      if (imageDigest === undefined) {
        throw new ServiceError('ImageNotFoundException', `The image with imageId {imageTag:'${imageTag}'} does not exist within the repository`);
      }
      return { imageDetails: [{ repositoryName, imageDigest, imageTags: [imageTag] }] };
    });
  }
}
