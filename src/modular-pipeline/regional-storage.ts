import { ArnFormat, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { Storage } from './storage';
import { ComponentCatalogue } from '../component/component-catalogue';
import { allowPull } from '../component/image-access';
import { imageRepository } from '../component/image-repository';
import { RegionalArtifacts } from '../contract/objects';
import { Place, placesWithStacks, Target } from '../environment/target';
import { digestOf } from '../private/digest';
import { allow, allowPattern } from '../private/grants';
import { dependOn } from '../private/stack-dependency';

/** A repository with the copies of one component's images. Literal: it is referred to from another Region. */
export interface RegionalImages {
  readonly component: string;
  readonly repositoryUri: string;
  readonly repositoryArn: string;
}

const PUT_IMAGE_ACTIONS = [
  'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
];

/** What the storage of another Region is made from. */
export interface RegionalStorageProps {
  readonly catalogue: ComponentCatalogue;
  readonly region: string;
  /** The places in the Region. */
  readonly places: readonly Place[];
  readonly removalPolicy: RemovalPolicy;
}

/** Name of the stack that holds what a pipeline needs in another Region. */
export function supportStackName(pipeline: Stack, region: string): string {
  return `${pipeline.stackName}-support-${region}`;
}

/**
 * What a Region other than the pipeline's needs in the pipeline's account: a bucket and repositories with copies of components' artifacts, as
 * Lambda reads code from its own Region alone, and a bucket for what CodePipeline hands on to its actions there. In a stack of its own,
 * which is deployed before the pipeline's.
 */
export class RegionalStorage {
  public readonly region: string;
  /** Name of the bucket with the copies. */
  public readonly artifactBucketName: string;
  /** Repositories with the copies of images. */
  public readonly images: readonly RegionalImages[];
  public readonly pipelineBucket: s3.IBucket;
  private readonly keyAlias?: string;

  constructor(scope: Construct, props: RegionalStorageProps) {
    const pipeline = Stack.of(scope);
    const { catalogue, region } = props;
    const { solution } = catalogue;
    const names = storageNames(pipeline, solution, region);
    const stack = new Stack(Stage.of(scope)!, `${pipeline.node.id}-${solution}-${region}`, {
      stackName: supportStackName(pipeline, region),
      description: `What the pipeline of ${solution} in ${pipeline.region} needs in ${region}`,
      env: { account: pipeline.account, region },
    });
    dependOn(pipeline, stack);
    const storage = new Storage(stack, 'Storage', { ...props, solution, names });
    this.region = region;
    this.artifactBucketName = names.artifacts;
    this.pipelineBucket = storage.pipelineBucket;
    this.keyAlias = storage.encryptionKey && names.keyAlias;
    const accounts = [...new Set(props.places.map(({ account }) => account))].sort();
    this.images = catalogue._graph.names.filter((name) => catalogue._bound(name).config.artifact._definition().type === 'image')
      .map((component) => regionalImages(storage, component, names.repository(catalogue._bound(component).id), {
        accounts, removalPolicy: props.removalPolicy, forLambda: catalogue._bound(component).config.kind !== 'image',
      }));
  }

  /** Where the copies are, for the functions. */
  public artifacts(): RegionalArtifacts {
    const images = Object.fromEntries(this.images.map(({ component, repositoryUri }) => [component, repositoryUri]));
    return { region: this.region, bucket: this.artifactBucketName, images };
  }

  /** Lets a role of the pipeline's stack read and write copies below a prefix. */
  public allowCopies(role: iam.IRole, prefix: string): void {
    const bucketArn = Stack.of(role).formatArn({
      service: 's3', region: '', account: '', resource: this.artifactBucketName, arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    allowPattern(role, 'Copies are stored under their build\'s number, which is not known yet.', ['s3:GetObject', 's3:PutObject'], [`${bucketArn}/${prefix}*`]);
    allow(role, ['s3:ListBucket'], [bucketArn]);
    if (this.images.length > 0) {
      allow(role, PUT_IMAGE_ACTIONS, this.images.map(({ repositoryArn }) => repositoryArn));
    }
    this.allowKey(role, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets a role of the pipeline's stack use the key, if there is one. */
  public allowKey(role: iam.IRole, actions: string[]): void {
    if (this.keyAlias !== undefined) {
      const keys = Stack.of(role).formatArn({ service: 'kms', region: this.region, resource: 'key', resourceName: '*' });
      allowPattern(role, 'A key of another Region is known here by its alias, which the condition names.', actions, [keys], {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.keyAlias },
      });
    }
  }
}

/** Storage for each Region that is deployed to, other than the pipeline's own. */
export function regionalStorages(
  scope: Construct, { catalogue, targets, removalPolicy }: Pick<RegionalStorageProps, 'catalogue' | 'removalPolicy'> & { readonly targets: readonly Target[] },
): RegionalStorage[] {
  const places = placesWithStacks(targets);
  const regions = [...new Set(places.map(({ region }) => region))].filter((region) => region !== Stack.of(scope).region).sort();
  return regions.map((region) => new RegionalStorage(scope, {
    catalogue, region, places: places.filter((place) => place.region === region), removalPolicy,
  }));
}

interface RegionalImagesOptions {
  readonly accounts: readonly string[];
  readonly removalPolicy: RemovalPolicy;
  /** Whether AWS Lambda pulls them, too. */
  readonly forLambda: boolean;
}

function regionalImages(
  storage: Storage, component: string, repositoryName: string, { accounts, removalPolicy, forLambda }: RegionalImagesOptions,
): RegionalImages {
  const stack = Stack.of(storage);
  const { account, region } = stack;
  const repository = imageRepository(stack, `Images-${repositoryName}`, removalPolicy, repositoryName);
  // It has a name to collide with: it comes after what may fail more easily.
  repository.node.addDependency(storage);
  allowPull(repository, accounts, forLambda);
  return {
    component,
    repositoryUri: `${account}.dkr.ecr.${region}.${RegionInfo.get(region).domainSuffix ?? 'amazonaws.com'}/${repositoryName}`,
    repositoryArn: stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: repositoryName }),
  };
}

/** Names that no other pipeline has. A bucket's is unique in all of AWS, and at most 63 characters long. */
function storageNames(pipeline: Stack, solution: string, region: string) {
  const hash = digestOf([pipeline.account, pipeline.region, pipeline.node.path, solution, region]).slice(0, 12);
  const readable = solution.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 20);
  const name = (purpose: string) => `${readable}-${purpose}-${hash}`;
  return {
    artifacts: name('artifacts'),
    pipelineArtifacts: name('pipeline'),
    keyAlias: `alias/${name('artifacts')}`,
    repository: (id: string) => name(id.toLowerCase().replace(/[^a-z0-9]+/g, '-')),
  };
}
