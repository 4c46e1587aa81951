import { Annotations, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { COMMAND_ENV } from '../../contract/environment';
import { requireLiteral } from '../../private/literal';
import { shellQuote } from '../../private/shell';
import { BuildArtifact } from '../build-artifact';
import type { ComponentBindOptions, ComponentConfig } from '../component';
import { LambdaImageProps } from '../component-props';
import { LocationParameter, parameterName } from '../location-parameter';

const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export function bindLambdaImage(scope: Construct, name: string, props: LambdaImageProps, options: ComponentBindOptions): ComponentConfig {
  const repository = props.repository ?? new ecr.Repository(scope, 'Repository', {
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    imageScanOnPush: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  allowDeployment(scope, repository, options.accounts);
  return {
    kind: 'lambda-image',
    artifact: BuildArtifact.image(),
    parameters: [LocationParameter.location(props.imageUriParameter ?? parameterName(name, 'ImageUri'))],
    buildCommands: dockerCommands(name, props),
    privileged: true,
    repository,
  };
}

function dockerCommands(name: string, props: LambdaImageProps): string[] {
  const literal = (field: string, value: string) => shellQuote(requireLiteral(`Component ${JSON.stringify(name)}: ${field}`, value));
  const context = props.context ?? '.';
  const build = [
    // Lambda takes a plain image, not an index with an attestation beside it.
    'BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build',
    `--tag "$${COMMAND_ENV.imageUri}"`,
    `--platform ${literal('platform', props.platform ?? 'linux/amd64')}`,
    `--file ${literal('dockerfile', `${context}/${props.dockerfile ?? 'Dockerfile'}`)}`,
    ...(props.target === undefined ? [] : [`--target ${literal('target', props.target)}`]),
    ...Object.entries(props.buildArgs ?? {}).map(([arg, value]) => `--build-arg ${literal(`buildArgs.${arg}`, `${arg}=${value}`)}`),
    literal('context', context),
  ];
  return [
    `aws ecr get-login-password | docker login --username AWS --password-stdin "\${${COMMAND_ENV.repositoryUri}%%/*}"`,
    build.join(' '),
    `docker push "$${COMMAND_ENV.imageUri}"`,
  ];
}

/** Lets each account, and the Lambda service on behalf of its functions, pull: Lambda needs both from another account. */
function allowDeployment(scope: Construct, repository: ecr.IRepository, accounts: readonly string[]): void {
  if (accounts.length === 0) {
    return;
  }
  const added = [
    new iam.PolicyStatement({
      sid: 'AccountsPull',
      actions: PULL_ACTIONS,
      principals: accounts.map((account) => new iam.AccountPrincipal(account)),
    }),
    new iam.PolicyStatement({
      sid: 'LambdaPulls',
      actions: PULL_ACTIONS,
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      conditions: {
        ArnLike: { 'aws:sourceArn': accounts.map((account) => `arn:${Stack.of(scope).partition}:lambda:${Stack.of(scope).region}:${account}:function:*`) },
      },
    }),
  ].every((statement) => repository.addToResourcePolicy(statement).statementAdded);
  if (!added && !Resource.isOwnedResource(repository)) {
    Annotations.of(scope).addWarningV2('cdk-modular-pipeline:imported-repository',
      `ECR repository ${repository.repositoryName} is imported, so its policy is not changed here: let the accounts ${accounts.join(', ')} `
      + 'and lambda.amazonaws.com (for their functions) pull from it.');
  }
}
