import { Template } from 'aws-cdk-lib/assertions';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ModularPipeline, PipelineSource } from '../../src';
import { actionsOf, pipelineProps, resource, statementsOf, testStack } from '../support/constructs';

const ROLE = 'arn:aws:iam::222222222222:role/reader';

function withRole(): Template {
  const stack = testStack();
  const repository = codecommit.Repository.fromRepositoryArn(stack, 'Elsewhere', 'arn:aws:codecommit:eu-west-1:222222222222:shop');
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    source: PipelineSource.codeCommit(repository, { branch: 'main', role: iam.Role.fromRoleArn(stack, 'Reader', ROLE) }),
    encryptionKey: new kms.Key(stack, 'Key'),
  }));
  return Template.fromStack(stack);
}

test('a repository of another account: function and source action assume the role there, and have no right of their own to it', () => {
  const template = withRole();
  const diff = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineDiffRole'));
  expect(actionsOf(diff).filter((action) => action.startsWith('codecommit:'))).toEqual([]);
  expect(diff.find(({ Action }) => Action === 'sts:AssumeRole')).toMatchObject({ Resource: ROLE });
  const [source] = resource(template, 'AWS::CodePipeline::Pipeline').Properties.Stages[0].Actions;
  expect(source).toMatchObject({ RoleArn: ROLE, ActionTypeId: { Provider: 'CodeCommit' }, Configuration: { RepositoryName: 'shop', PollForSourceChanges: 'false' } });
  // No event of another account arrives.
  const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties as { EventPattern?: { source: string[] }; ScheduleExpression?: string });
  expect(rules.filter(({ EventPattern: pattern }) => pattern?.source.includes('aws.codecommit'))).toEqual([]);
  expect(rules.map(({ ScheduleExpression: schedule }) => schedule)).toContain('rate(15 minutes)');
});
