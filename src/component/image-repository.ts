import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { retainedOnceCreated } from '../private/retained';

/** A repository for the images of builds. One that is to be destroyed takes its images with it. */
export function imageRepository(scope: Construct, id: string, removalPolicy: RemovalPolicy = RemovalPolicy.RETAIN, repositoryName?: string): ecr.Repository {
  return new ecr.Repository(scope, id, {
    repositoryName,
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    imageScanOnPush: true,
    removalPolicy: retainedOnceCreated(removalPolicy),
    ...(removalPolicy === RemovalPolicy.DESTROY ? { emptyOnDelete: true } : {}),
  });
}
