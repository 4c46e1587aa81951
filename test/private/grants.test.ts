import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { allow, allowPattern } from '../../src/private/grants';
import { InlineRole } from '../../src/private/inline-role';

const WILDCARDS = 'AwsSolutions-IAM5';

function stackWith(grant: (role: InlineRole, stack: Stack) => void): string[] {
  const stack = new Stack();
  grant(new InlineRole(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description: 'Test' }), stack);
  return new AwsSolutionsChecks(stack).validateScope(stack).violations.map(({ ruleName }) => ruleName).filter((name) => name.startsWith(WILDCARDS));
}

test.each<[string, (stack: Stack) => string]>([
  ['everything', () => '*'],
  ['a bucket of the stack', (stack) => new s3.Bucket(stack, 'Bucket').arnForObjects('a/*')],
  ['an imported bucket', (stack) => s3.Bucket.fromBucketName(stack, 'Bucket', 'name').arnForObjects('a/*')],
  ['a literal', () => 'arn:aws:s3:::name/*'],
])('a pattern with its reason is acknowledged: %s', (_, resource) => {
  expect(stackWith((role, stack) => allowPattern(role, 'Because.', ['s3:GetObject'], [resource(stack)]))).toEqual([]);
  // Without it, it is found.
  expect(stackWith((role, stack) => allow(role, ['s3:GetObject'], [resource(stack)]))).toHaveLength(1);
});

test('one pattern\'s reason does not cover another', () => {
  const found = stackWith((role) => {
    allowPattern(role, 'Because.', ['s3:GetObject'], ['arn:aws:s3:::name/a/*']);
    allow(role, ['s3:GetObject'], ['arn:aws:s3:::name/b/*']);
  });
  expect(found).toEqual([`${WILDCARDS}[Resource::arn:aws:s3:::name/b/*]`]);
});
