import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';

/** Media types of what holds several images: one for each platform, or an attestation next to the image. */
const INDEXES: readonly string[] = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];

/** Kinds whose image AWS Lambda runs: it takes a single image. */
const LAMBDA_IMAGE = 'lambda-image';

/** Finds the digest of the image that a build pushed under its tag. */
export async function pushedDigest(client: ECRClient, repositoryUri: string, imageTag: string, kind?: string): Promise<string> {
  const repository = /^([0-9]{12})\.dkr\.ecr\.[^/]+\/(.+)$/.exec(repositoryUri);
  if (repository === null) {
    throw new Error(`'${repositoryUri}' is not the URI of an ECR repository.`);
  }
  try {
    const { imageDetails } = await client.send(new DescribeImagesCommand({
      registryId: repository[1],
      repositoryName: repository[2],
      imageIds: [{ imageTag }],
    }));
    const { imageDigest, imageManifestMediaType = '' } = imageDetails![0]!;
    if (kind === LAMBDA_IMAGE && INDEXES.includes(imageManifestMediaType)) {
      throw new Error(`${repositoryUri}:${imageTag} is an index of several images (${imageManifestMediaType}), and AWS Lambda takes a single one. `
        + 'Build for one platform and without attestations: docker buildx build --platform linux/amd64 --provenance=false --sbom=false --push --tag "$IMAGE_URI" .');
    }
    return imageDigest!;
  } catch (error) {
    if (error instanceof ImageNotFoundException) {
      throw new Error(`ECR has no image ${repositoryUri}:${imageTag}. Let the component's commands push it: docker push "$IMAGE_URI".`);
    }
    throw error;
  }
}
