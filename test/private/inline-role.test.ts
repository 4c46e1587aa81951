import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { InlineRole } from '../../src/private/inline-role';

const statement = (action: string, resource = '*') => new iam.PolicyStatement({ actions: [action], resources: [resource] });

function make(): { role: InlineRole; statements: () => any[]; template: () => Template } {
  const stack = new Stack();
  const role = new InlineRole(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description: 'Test' });
  const template = () => Template.fromStack(stack);
  return { role, template, statements: () => Object.values<any>(template().findResources('AWS::IAM::Role'))[0].Properties.Policies[0].PolicyDocument.Statement };
}

test('permissions are part of the role: no policy beside it', () => {
  const { role, statements, template } = make();
  expect(role.addToPolicy(statement('s3:GetObject'))).toBe(true);
  expect(statements()).toEqual([{ Action: 's3:GetObject', Effect: 'Allow', Resource: '*' }]);
  template().resourceCountIs('AWS::IAM::Policy', 0);
});

test('statements that differ in their actions alone are one', () => {
  const { role, statements } = make();
  role.addToPolicy(statement('s3:GetObject'));
  role.addToPolicy(statement('s3:PutObject'));
  expect(statements()).toEqual([{ Action: ['s3:GetObject', 's3:PutObject'], Effect: 'Allow', Resource: '*' }]);
});

test('refuses what it is told to, only meanwhile, and reports it as added so that no resource policy is changed instead', () => {
  const { role, statements } = make();
  const isLogs = ({ actions }: iam.PolicyStatement) => actions.every((action) => action.startsWith('logs:'));
  const results = role.whileRefusing(isLogs, () => [role.addToPolicy(statement('logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111111111111:log-group:meanwhile')), role.addToPolicy(statement('s3:GetObject'))]);
  expect(results).toEqual([true, true]);
  role.addToPolicy(statement('logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111111111111:log-group:afterwards'));
  expect(statements().map(({ Resource }) => Resource).sort()).toEqual(['*', 'arn:aws:logs:eu-west-1:111111111111:log-group:afterwards']);
});
