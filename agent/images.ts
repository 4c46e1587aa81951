import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';

/** Finds the digest of the image that a build pushed under its number. */
export async function pushedDigest(client: ECRClient, repositoryUri: string, buildNumber: number): Promise<string> {
  const repository = /^([0-9]{12})\.dkr\.ecr\.[^/]+\/(.+)$/.exec(repositoryUri);
  if (repository === null) {
    throw new Error(`'${repositoryUri}' is not the URI of an ECR repository.`);
  }
  try {
    const { imageDetails } = await client.send(new DescribeImagesCommand({
      registryId: repository[1],
      repositoryName: repository[2],
      imageIds: [{ imageTag: String(buildNumber) }],
    }));
    return imageDetails![0]!.imageDigest!;
  } catch (error) {
    if (error instanceof ImageNotFoundException) {
      throw new Error(`ECR has no image ${repositoryUri}:${buildNumber}. Let the component's commands push it: docker push "$IMAGE_URI".`);
    }
    throw error;
  }
}
