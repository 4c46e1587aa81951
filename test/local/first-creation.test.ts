import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { removeFolders, synthesize } from './support';
import { AssemblyStack, readAssembly } from '../../local/assembly/manifest';
import { resolveDeclared } from '../../local/assembly/resources';
import { checkPrincipals, collisionsAfterFailure, PRINCIPAL_TYPES } from '../../local/engine/cloud-formation/first-creation';
import { Component, ModularPipeline } from '../../src';
import { ACCOUNT, environment, OTHER_ACCOUNT, pipelineProps, REGION } from '../support/constructs';

afterAll(removeFolders);

const bootstrapRole = (account: string, region = REGION) => `arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-${region}`;

function check(assembly: string): void {
  const read = readAssembly(assembly);
  checkPrincipals(resolveDeclared(read, PRINCIPAL_TYPES), read.stacks);
}

const named = (arn: string) => new iam.PolicyStatement({ actions: ['*'], resources: ['*'], principals: [new iam.ArnPrincipal(arn)] });

/** Resources with a policy that names a principal. */
const KINDS: Readonly<Record<string, (stack: Stack, arn: string) => void>> = {
  'Amazon S3, MalformedPolicy': (stack, arn) => new s3.Bucket(stack, 'Bucket').addToResourcePolicy(named(arn)),
  'KMS, MalformedPolicyDocumentException': (stack, arn) => new kms.Key(stack, 'Key').addToResourcePolicy(named(arn)),
  'IAM, MalformedPolicyDocument': (stack, arn) => void new iam.Role(stack, 'Role', { assumedBy: new iam.ArnPrincipal(arn) }),
};

describe.each(Object.entries(KINDS))('%s', (answer, declare) => {
  test.each([
    ['the bootstrap\'s in an account that is not deployed to', bootstrapRole(OTHER_ACCOUNT)],
    ['the bootstrap\'s in another Region', bootstrapRole(ACCOUNT, 'us-east-1')],
    ['another account\'s', `arn:aws:iam::${OTHER_ACCOUNT}:role/deploy`],
    ['another account\'s user', `arn:aws:iam::${OTHER_ACCOUNT}:user/ann`],
  ])('a role that need not exist: %s', (_what, arn) => {
    expect(() => check(synthesize((stack) => declare(stack, arn)))).toThrow(answer);
  });

  test.each([
    ['the bootstrap\'s where the stack is deployed', bootstrapRole(ACCOUNT)],
    ['one of the account\'s own', `arn:aws:iam::${ACCOUNT}:role/admin`],
    ['an account', `arn:aws:iam::${OTHER_ACCOUNT}:root`],
  ])('exists: %s', (_what, arn) => {
    expect(() => check(synthesize((stack) => declare(stack, arn)))).not.toThrow();
  });
});

test('a role that the stacks make exists', () => {
  expect(() => check(synthesize((stack) => {
    const role = new iam.Role(stack, 'Role', { roleName: 'made', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new s3.Bucket(stack, 'Bucket').addToResourcePolicy(named(role.roleArn));
  }))).not.toThrow();
});

describe('a bucket with a name of its own', () => {
  const collisions = (removalPolicy: RemovalPolicy, last = false) => {
    const assembly = synthesize((stack) => {
      const key = new kms.Key(stack, 'Key');
      const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'shop-artifacts', removalPolicy });
      if (last) {
        bucket.node.addDependency(key);
      }
    });
    return readAssembly(assembly).stacks.flatMap(collisionsAfterFailure);
  };

  test('that is retained is in the way after a creation that failed', () => {
    expect(collisions(RemovalPolicy.RETAIN)).toEqual([expect.stringMatching(/^Bucket\w+ \(shop-artifacts\), where Key\w+ fails$/)]);
  });

  test('that is retained once it was created, or deleted, is not', () => {
    expect(collisions(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)).toEqual([]);
    expect(collisions(RemovalPolicy.DESTROY)).toEqual([]);
  });

  test('that is made after everything else is not', () => {
    expect(collisions(RemovalPolicy.RETAIN, true)).toEqual([]);
  });
});

test('a pipeline of several accounts and Regions can be created before the environments are bootstrapped, and again after a first try that failed', () => {
  const assembly = synthesize((stack) => {
    const { components, ...props } = pipelineProps(stack);
    new ModularPipeline(stack, 'Pipeline', {
      ...props,
      components: [...components, Component.lambdaImage('image', { path: 'image' })],
      environments: [environment('test'), environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION }, furtherRegions: ['us-east-1'] })],
    });
  });
  expect(() => check(assembly)).not.toThrow();
  const { stacks } = readAssembly(assembly);
  expect(stacks.map(({ name }: AssemblyStack) => name)).toEqual(expect.arrayContaining(['TestStack', 'TestStack-support-us-east-1']));
  expect(stacks.flatMap(collisionsAfterFailure)).toEqual([]);
});
