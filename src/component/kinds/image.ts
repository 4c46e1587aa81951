import { Annotations, Resource } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { COMMAND_ENV } from '../../contract/environment';
import { parameterName } from '../../core/names';
import { shellQuote } from '../../core/shell';
import { requireLiteral } from '../../private/literal';
import { sortedByName } from '../../private/maps';
import { BuildArtifact } from '../build-artifact';
import { isArm, standardArmImage } from '../build-image';
import { ComponentBindOptions, ComponentConfig } from '../component-config';
import { ImageProps } from '../component-props';
import { allowPull } from '../image-access';
import { imageRepository } from '../image-repository';
import { LocationParameter } from '../location-parameter';

const AMD = 'linux/amd64';
const ARM = 'linux/arm64';

/** Kinds whose build is an image: one that AWS Lambda runs, and any other. */
export type ImageKind = 'lambda-image' | 'image';

export function bindImage(scope: Construct, name: string, props: ImageProps, options: ComponentBindOptions, kind: ImageKind): ComponentConfig {
  const repository = props.repository ?? imageRepository(scope, 'Repository', options.removalPolicy);
  allowDeployment(scope, repository, options.accounts, kind);
  const forArm = props.platform === ARM;
  if (props.buildImage && isArm(props.buildImage) !== forArm) {
    Annotations.of(scope).addWarningV2('cdk-modular-pipeline:platform', `Component ${JSON.stringify(name)} builds for ${props.platform ?? AMD}, in ${props.buildImage.imageId} for another `
      + 'processor: what its Dockerfile runs fails there, unless a command sets up an emulator first. Leave out buildImage, or choose one for the platform.');
  }
  return {
    kind,
    artifact: BuildArtifact.image(),
    parameters: [LocationParameter.location(props.imageUriParameter ?? parameterName(name, 'ImageUri'))],
    buildCommands: dockerCommands(name, props),
    privileged: true,
    buildImage: forArm ? standardArmImage() : undefined,
    repository,
  };
}

function dockerCommands(name: string, props: ImageProps): string[] {
  const literal = (field: string, value: string) => shellQuote(requireLiteral(`Component ${JSON.stringify(name)}: ${field}`, value));
  const context = props.context ?? '.';
  const build = [
    // Lambda takes a plain image, not an index of image and attestation, and copies for other Regions are made of plain ones.
    'BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build',
    `--tag "$${COMMAND_ENV.imageUri}"`,
    `--platform ${literal('platform', props.platform ?? AMD)}`,
    `--file ${literal('dockerfile', `${context}/${props.dockerfile ?? 'Dockerfile'}`)}`,
    ...(props.target === undefined ? [] : [`--target ${literal('target', props.target)}`]),
    ...Object.entries(sortedByName(props.buildArgs ?? {})).map(([arg, value]) => `--build-arg ${literal(`buildArgs.${arg}`, `${arg}=${value}`)}`),
    literal('context', context),
  ];
  return [
    `aws ecr get-login-password | docker login --username AWS --password-stdin "\${${COMMAND_ENV.repositoryUri}%%/*}"`,
    build.join(' '),
    `docker push "$${COMMAND_ENV.imageUri}"`,
  ];
}

function allowDeployment(scope: Construct, repository: ecr.IRepository, accounts: readonly string[], kind: ImageKind): void {
  if (accounts.length > 0 && !allowPull(repository, accounts, kind === 'lambda-image') && !Resource.isOwnedResource(repository)) {
    Annotations.of(scope).addWarningV2('cdk-modular-pipeline:imported-repository',
      `ECR repository ${repository.repositoryName} is imported, so its policy is not changed here: let the accounts ${accounts.join(', ')} `
      + `${kind === 'lambda-image' ? 'and lambda.amazonaws.com (for their functions) ' : ''}pull from it.`);
  }
}
