import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';

const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/**
 * Lets accounts pull and, where functions are made of the images, the Lambda service on behalf of their functions in the repository's Region: from another
 * account Lambda needs both.
 * @returns whether it could: the policy of an imported repository stays as it is
 */
export function allowPull(repository: ecr.IRepository, accounts: readonly string[], forLambda = true): boolean {
  const { partition, region } = Stack.of(repository);
  return [
    new iam.PolicyStatement({
      sid: 'AccountsPull',
      actions: PULL_ACTIONS,
      principals: accounts.map((account) => new iam.AccountPrincipal(account)),
    }),
    ...(forLambda ? [new iam.PolicyStatement({
      sid: 'LambdaPulls',
      actions: PULL_ACTIONS,
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      conditions: { ArnLike: { 'aws:sourceArn': accounts.map((account) => `arn:${partition}:lambda:${region}:${account}:function:*`) } },
    })] : []),
  ].every((statement) => repository.addToResourcePolicy(statement).statementAdded);
}
