import { GuardedEnvironment } from '../../src/contract/gates';
import { SessionStatement } from '../shared/assumed-role';
import { partitionOf } from '../shared/partition';

/**
 * What the guard may do of all that the deploy role may: read, delete and make change sets of this stack and its nested stacks. It can execute
 * none, and touch no other stack.
 */
export function sessionStatements(environment: GuardedEnvironment, artifactBucket: string): SessionStatement[] {
  const { account, region, stackName, changeSetName, deployRoleArn, executionRoleArn } = environment;
  const partition = partitionOf(deployRoleArn);
  const own = `arn:${partition}:cloudformation:${region}:${account}`;
  const stack = (name: string) => `${own}:stack/${name}/*`;
  return [
    {
      Effect: 'Allow',
      Action: ['cloudformation:CreateChangeSet', 'cloudformation:DeleteChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:DescribeStacks'],
      // CloudFormation asks for the same right on the macros of a template: AWS's, and the account's own.
      Resource: [stack(stackName), stack(`${stackName}-*`), `arn:${partition}:cloudformation:${region}:aws:transform/*`, `${own}:transform/*`],
    },
    // The change sets of nested stacks are known by their ARNs alone, and named after the root's.
    { Effect: 'Allow', Action: ['cloudformation:DescribeChangeSet'], Resource: [`${own}:changeSet/${changeSetName}-*/*`] },
    { Effect: 'Allow', Action: ['iam:PassRole'], Resource: [executionRoleArn] },
    // A large template, and those of nested stacks, are read from where the build stored them.
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`arn:${partition}:s3:::${artifactBucket}/*`] },
    { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['*'] },
    // CloudFormation reads parameters of SSM types with the caller's rights: CDK templates have one, the bootstrap's version.
    { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [`arn:${partition}:ssm:${region}:${account}:parameter/*`] },
  ];
}
