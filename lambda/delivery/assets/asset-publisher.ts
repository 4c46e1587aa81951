import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { FilePublisher } from './file-publisher';
import { AssetPlace } from '../../../src/core/assembly/place';
import { PlacedAssets } from '../../../src/core/assembly/placed';
import { assumeRole, RoleCredentials, SessionStatement } from '../../shared/assumed-role';
import { ImageCopier } from '../../shared/image-copier';
import { Logger } from '../../shared/logger';
import { partitionOf, registryHost } from '../../shared/partition';
import { Timing } from '../../shared/timing';

export interface AssetPublisherProps {
  readonly place: AssetPlace;
  /** Reads the artifact bucket. */
  readonly s3: S3Client;
  readonly artifactBucket: string;
  readonly sts: STSClient;
  readonly bucketsAs: (credentials: RoleCredentials, region: string) => S3Client;
  readonly ecrAs: (credentials: RoleCredentials, region: string) => ECRClient;
  readonly images: ImageCopier;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** How long an invocation begins further assets. One that was begun is finished. */
const WORK_MS = 60_000;

/** Sees to it that a place has the assets of a stack. What is there is not sent again, so anyone who is interrupted goes on where it was. */
export class AssetPublisher {
  public constructor(private readonly props: AssetPublisherProps) {}

  /** @returns false where time is up and assets are left */
  public async publish({ files, images }: PlacedAssets): Promise<boolean> {
    const { timing } = this.props;
    const until = timing.now().getTime() + WORK_MS;
    const publishers = [
      ...(files.length === 0 ? [] : await this.filePublications(files)),
      ...(images.length === 0 ? [] : await this.imagePublications(images)),
    ];
    for (const publish of publishers) {
      if (timing.now().getTime() > until) {
        return false;
      }
      await publish();
    }
    return true;
  }

  private async filePublications(files: PlacedAssets['files']): Promise<(() => Promise<void>)[]> {
    const { place, s3, artifactBucket, sts, bucketsAs, logger } = this.props;
    const publisher = new FilePublisher({
      source: s3,
      sourceBucket: artifactBucket,
      destination: bucketsAs(await assumeRole(sts, place.fileRoleArn, 'modular-pipeline-files', fileSession(place)), place.region),
      destinationBucket: place.fileBucket,
      account: place.account,
    });
    return files.map((file) => async () => {
      if (await publisher.publish(file) === 'published') {
        logger.info('Published', { asset: file.title, bucket: place.fileBucket, key: file.objectKey, bytes: file.bytes });
      }
    });
  }

  private async imagePublications(images: PlacedAssets['images']): Promise<(() => Promise<void>)[]> {
    const { place, sts, ecrAs, images: copier, logger } = this.props;
    const client = ecrAs(await assumeRole(sts, place.imageRoleArn, 'modular-pipeline-images', imageSession(place)), place.region);
    const destination = `${registryHost(place.account, place.region, partitionOf(place.imageRoleArn))}/${place.imageRepository}`;
    return images.map(({ title, location, tag }) => async () => {
      if (await copier.publish({ location, destination, tag, client }) === 'published') {
        logger.info('Published', { asset: title, repository: destination, tag });
      }
    });
  }
}

function fileSession({ fileBucket, fileRoleArn }: AssetPlace): SessionStatement[] {
  const bucket = `arn:${partitionOf(fileRoleArn)}:s3:::${fileBucket}`;
  return [
    { Effect: 'Allow', Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], Resource: [`${bucket}/*`] },
    // With the right to list, S3 says of an object that it is not there, rather than that it may not be read.
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [bucket] },
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: ['*'] },
  ];
}

function imageSession({ imageRepository, imageRoleArn, account, region }: AssetPlace): SessionStatement[] {
  return [{
    Effect: 'Allow',
    Action: ['BatchCheckLayerAvailability', 'BatchGetImage', 'CompleteLayerUpload', 'InitiateLayerUpload', 'PutImage', 'UploadLayerPart'].map((action) => `ecr:${action}`),
    Resource: [`arn:${partitionOf(imageRoleArn)}:ecr:${region}:${account}:repository/${imageRepository}`],
  }];
}
