import { ServiceError } from './service';

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

  public handle(operation: string, input: object): object {
    if (operation !== 'DescribeImages') {
      throw new Error(`ECR's ${operation} is not simulated.`);
    }
    const { repositoryName, imageIds: [{ imageTag, imageDigest: asked }] } = input as {
      repositoryName: string; imageIds: [{ imageTag?: string; imageDigest?: string }];
    };
    const imageDigest = asked === undefined ? this.images.get(`${repositoryName}:${imageTag}`)
      : [...this.images].find(([name, digest]) => name.startsWith(`${repositoryName}:`) && digest === asked)?.[1];
    if (imageDigest === undefined) {
      throw new ServiceError('ImageNotFoundException', `The image with imageId {imageTag:'${imageTag}', imageDigest:'${asked}'} does not exist within the repository`);
    }
    return { imageDetails: [{ repositoryName, imageDigest, imageTags: [] }] };
  }
}
