import { CHANGE_SET_PREFIX, DeliveryPlace } from '../../src/contract/delivery';
import { policyText, SessionStatement } from '../shared/assumed-role';
import { partitionOf } from '../shared/partition';

/** What a step of a delivery does. */
export type SessionStep = 'prepare' | 'deploy';

/** Characters that STS takes for a policy. */
const MAX_POLICY = 2_048;

/** Nested stacks that are named one by one: STS packs policies too, by rules that it does not give. */
const MAX_NAMED = 5;

/**
 * What one step may do of all that the deploy role may: with change sets of this stack and of its nested stacks, and with nothing else.
 * Only Deploy may execute. Nested stacks are named after their logical IDs in the
 * root, so that stack `shop-prod` is out of reach of stack `shop`, as far as the IDs are known, few, and short enough for the policy.
 *
 * @param nested logical IDs of the template's nested stacks, where they are known
 */
export function sessionStatements(
  place: DeliveryPlace, stackName: string, step: SessionStep, nested: readonly string[] | undefined, artifactBucket: string,
): SessionStatement[] {
  const named = nested === undefined || nested.length > MAX_NAMED ? undefined
    : statementsFor(place, stackName, step, nested.map((logicalId) => `${logicalId}-`), artifactBucket);
  return named !== undefined && policyText(named).length <= MAX_POLICY ? named : statementsFor(place, stackName, step, [''], artifactBucket);
}

/** @param nested how the names of nested stacks go on after the stack's own */
function statementsFor(
  place: DeliveryPlace, stackName: string, step: SessionStep, nested: readonly string[], artifactBucket: string,
): SessionStatement[] {
  const { account, region, deployRoleArn, executionRoleArn } = place;
  const partition = partitionOf(deployRoleArn);
  const own = `arn:${partition}:cloudformation:${region}:${account}`;
  const protect = place.assets === undefined ? [] : ['UpdateTerminationProtection'];
  const further = step === 'deploy' ? ['ExecuteChangeSet', ...protect] : [];
  const stacks = [`${own}:stack/${stackName}/*`, ...nested.map((start) => `${own}:stack/${stackName}-${start}*`)];
  return [
    {
      Effect: 'Allow',
      Action: ['CreateChangeSet', 'DeleteChangeSet', 'DescribeChangeSet', 'DescribeStackEvents', 'DescribeStacks', 'GetTemplate', 'ListStackResources', ...further]
        .map((action) => `cloudformation:${action}`),
      // CloudFormation asks for the same right on the macros of a template: AWS's, and the account's own.
      Resource: [...stacks, `arn:${partition}:cloudformation:${region}:aws:transform/*`, `${own}:transform/*`],
    },
    // The change sets of nested stacks are known by their ARNs alone, and named after the root's.
    { Effect: 'Allow', Action: ['cloudformation:DescribeChangeSet'], Resource: [`${own}:changeSet/${CHANGE_SET_PREFIX}*/*`] },
    { Effect: 'Allow', Action: ['iam:PassRole'], Resource: [executionRoleArn] },
    // A large template, and those of nested stacks, are read from where the build stored them; an application's nested templates are assets.
    {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [artifactBucket, ...(place.assets === undefined ? [] : [place.assets.fileBucket])].map((bucket) => `arn:${partition}:s3:::${bucket}/*`),
    },
    { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['*'] },
    // Whose imports keep an export from being deleted; it takes no resource.
    ...(step === 'prepare' ? [{ Effect: 'Allow' as const, Action: ['cloudformation:ListImports'], Resource: ['*'] }] : []),
    // CloudFormation reads parameters of SSM types with the caller's rights: CDK templates have one, the bootstrap's version.
    { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [`arn:${partition}:ssm:${region}:${account}:parameter/*`] },
  ];
}
