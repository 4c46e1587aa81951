import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { PROD, setUp } from './support';
import { bootstrapParameter, bootstrapProblem, bootstrapQualifier } from '../../../src/core/delivery/bootstrap';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

const DEPLOY_ROLE = `arn:aws:iam::${PROD.account}:role/cdk-hnb659fds-deploy-role-${PROD.account}-${PROD.region}`;
const missing = new ParameterNotFound({ $metadata: {}, message: 'none' });

test.each([
  [DEPLOY_ROLE, 'hnb659fds'],
  [`arn:aws:iam::${PROD.account}:role/path/cdk-a-b-deploy-role-${PROD.account}-${PROD.region}`, 'a-b'],
  [`arn:aws:iam::${PROD.account}:role/cdk-x-deploy-role-${PROD.account}-us-east-1`, undefined],
  [PROD.deployRoleArn, undefined],
])('the bootstrap that %s is of', (deployRoleArn, qualifier) => {
  expect(bootstrapQualifier({ ...PROD, deployRoleArn })).toBe(qualifier);
});

test.each([[undefined, 'is not there'], ['x', 'is \'x\', which is not a version'], ['22', 'is 22, and 23 is the least'], ['23', undefined], ['100', undefined]])('version %s', (version, problem) => {
  expect(bootstrapProblem(version, 23)).toBe(problem);
});

describe('the version of the bootstrap that a place is deployed by', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function prepared(version: string | Error, more: { role?: string; asks?: number } = {}) {
    const system = await setUp(db, { deployRoleArn: more.role ?? DEPLOY_ROLE });
    system.release('Resources: {}\n', undefined, {}, more.asks === undefined ? {} : { bootstrapVersion: more.asks });
    const parameters = system.parameters.on(GetParameterCommand);
    if (version instanceof Error) {
      parameters.rejects(version);
    } else {
      parameters.resolves({ Parameter: { Value: version } });
    }
    return { ...system, ...await system.run('prepare') };
  }

  it('is read in a session that may do nothing else, and lets the place be prepared', async () => {
    const { failure, parameters, assumed, report } = await prepared('23');
    expect(failure).toBeUndefined();
    expect(report().stacks).toHaveLength(1);
    expect(parameters.commandCalls(GetParameterCommand).map(({ args }) => args[0].input)).toEqual([{ Name: bootstrapParameter('hnb659fds') }]);
    const [policy] = assumed.commandCalls(AssumeRoleCommand).map(({ args }) => JSON.parse(args[0].input.Policy!) as { Statement: object });
    expect(policy!.Statement).toEqual([{ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: [`arn:aws:ssm:eu-west-1:${PROD.account}:parameter/cdk-bootstrap/hnb659fds/version`] }]);
  });

  it.each<[string, Parameters<typeof prepared>, RegExp]>([
    ['too old', ['22'], /^prod cannot be delivered to, and nothing was prepared: the version of its CDK bootstrap \(\/cdk-bootstrap\/hnb659fds\/version in account 222222222222, eu-west-1\) is 22, and 23 is the least\. Run "cdk bootstrap"/],
    ['older than an application asks for', ['30', { asks: 31 }], /is 30, and 31 is the least/],
    ['not there', [missing], /is not there/],
    ['not readable', [new Error('AccessDenied')], /The version of the CDK bootstrap, \/cdk-bootstrap\/hnb659fds\/version, cannot be read: AccessDenied/],
  ])('ends the preparation before anything is made where it is %s', async (_, parameters, message) => {
    const { failure, calls } = await prepared(...parameters);
    expect(failure).toMatch(message);
    expect(calls).toEqual([]);
  });

  it('is not asked for where the role is one of its own', async () => {
    const { failure, parameters } = await prepared('1', { role: PROD.deployRoleArn });
    expect(failure).toBeUndefined();
    expect(parameters.calls()).toEqual([]);
  });
});
