import { broadenings } from '../../../src/core/change-set/permissions';
import { ResourceChange } from '../../../src/core/change-set/resource-change';

type Statement = Record<string, unknown>;

const READ: Statement = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::data/*' };

function policy(...statements: Statement[]) {
  return { Properties: { PolicyDocument: { Version: '2012-10-17', Statement: statements }, Roles: ['role'] } };
}

function change(before: unknown, after: unknown, more: Partial<ResourceChange> = {}): ResourceChange {
  const action = before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify';
  return { path: 'Policy', type: 'AWS::IAM::Policy', action, replacement: 'False', properties: [], before, after, ...more };
}

const broadens = (before: unknown, after: unknown, more?: Partial<ResourceChange>) => broadenings([change(before, after, more)]).length > 0;

describe('statements', () => {
  it.each<[string, Statement[], Statement[], boolean]>([
    ['the same', [READ], [READ], false],
    ['the same in another order and form', [READ], [{ ...READ, Action: ['s3:ListBucket', 'S3:getobject'], Resource: ['arn:aws:s3:::data/*'] }], false],
    ['split in two', [READ], [{ ...READ, Action: 's3:GetObject' }, { ...READ, Action: 's3:ListBucket' }], false],
    ['an action less', [READ], [{ ...READ, Action: 's3:GetObject' }], false],
    ['an action more', [READ], [{ ...READ, Action: ['s3:GetObject', 's3:PutObject'] }], true],
    ['a pattern instead of actions', [READ], [{ ...READ, Action: 's3:*' }], true],
    ['actions instead of a pattern', [{ ...READ, Action: 's3:*' }], [READ], false],
    ['a narrower pattern', [{ ...READ, Action: 's3:*' }], [{ ...READ, Action: 's3:Get*' }], false],
    ['a wider pattern', [{ ...READ, Action: 's3:Get*' }], [{ ...READ, Action: 's3:*' }], true],
    ['? does not cover *', [{ ...READ, Resource: 'arn:aws:s3:::dat?/*' }], [{ ...READ, Resource: 'arn:aws:s3:::dat*/*' }], true],
    ['a dot is a dot', [{ ...READ, Resource: 'a.b' }], [{ ...READ, Resource: 'axb' }], true],
    ['a resource more', [READ], [{ ...READ, Resource: ['arn:aws:s3:::data/*', 'arn:aws:s3:::other/*'] }], true],
    ['a new condition', [READ], [{ ...READ, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }], false],
    ['a condition less', [{ ...READ, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }], [READ], true],
    ['another condition', [{ ...READ, Condition: { Bool: { a: 'true' } } }], [{ ...READ, Condition: { Bool: { b: 'true' } } }], true],
    ['a denial more', [READ], [READ, { Effect: 'Deny', Action: '*', Resource: '*' }], false],
    ['a denial less', [READ, { Effect: 'Deny', Action: '*', Resource: '*' }], [READ], true],
    ['a narrower denial', [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }], [{ Effect: 'Deny', Action: 's3:Get*', Resource: '*' }], true],
    ['a wider denial', [{ Effect: 'Deny', Action: 's3:Get*', Resource: '*' }], [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }], false],
    ['a conditional denial', [{ Effect: 'Deny', Action: '*', Resource: '*' }], [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { a: 'b' } } }], true],
    ['NotAction as before', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], false],
    ['another NotAction', [{ Effect: 'Allow', NotAction: ['iam:*', 'kms:*'], Resource: '*' }], [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], true],
    ['NotAction that excepts less', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], [{ Effect: 'Allow', NotAction: 'iam:Delete*', Resource: '*' }], true],
    ['NotResource that excepts less', [{ ...READ, Resource: undefined, NotResource: 'arn:aws:s3:::data/*' }], [{ ...READ, Resource: undefined, NotResource: 'arn:aws:s3:::data/a*' }], true],
    ['a denial of NotAction that excepts more', [{ Effect: 'Deny', NotAction: 'iam:Get*', Resource: '*' }], [{ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }], true],
    ['a condition that is not known yet', [READ], [{ ...READ, Condition: { ArnEquals: { 'aws:SourceArn': '{{changeSet:KNOWN_AFTER_APPLY}}' } } }], true],
    ['a resource that is not known yet', [READ], [{ ...READ, Resource: '{{changeSet:KNOWN_AFTER_APPLY}}' }], true],
    ['not even where the old one allows all', [{ ...READ, Resource: '*' }], [{ ...READ, Resource: '{{changeSet:KNOWN_AFTER_APPLY}}' }], true],
  ])('%s', (_, before, after, expected) => expect(broadens(policy(...before), policy(...after))).toBe(expected));

  it.each<[string, unknown, unknown, boolean]>([
    ['a principal more', { AWS: ['a'] }, { AWS: ['a', 'b'] }, true],
    ['a principal less', { AWS: ['a', 'b'] }, { AWS: 'a' }, false],
    ['everybody', { AWS: 'a' }, '*', true],
    ['no longer everybody', '*', { AWS: 'a' }, false],
    ['another kind', { AWS: 'a' }, { Service: 'a' }, true],
    ['every account is not every service', { AWS: '*' }, { Service: 'lambda.amazonaws.com' }, true],
  ])('trust: %s', (_, before, after, expected) => {
    const role = (Principal: unknown) => ({ Properties: { AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal } } } });
    expect(broadens(role(before), role(after), { type: 'AWS::IAM::Role' })).toBe(expected);
  });
});

describe('resources', () => {
  it('a new one that allows something', () => {
    expect(broadenings([change(undefined, policy(READ))])).toEqual([
      { path: 'Policy', type: 'AWS::IAM::Policy', why: 'PolicyDocument allows more, or denies less' },
    ]);
  });

  it('not a new one that only denies', () => {
    const bucketPolicy = { Properties: { Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' }] } } };
    expect(broadens(undefined, bucketPolicy, { type: 'AWS::S3::BucketPolicy' })).toBe(false);
  });

  it('one that goes away takes its denials with it', () => {
    expect(broadens(policy(READ), undefined)).toBe(false);
    expect(broadens(policy({ Effect: 'Deny', Action: '*', Resource: '*' }), undefined)).toBe(true);
  });

  it('attachments and managed policies that grow', () => {
    const attached = (roles: string[]) => ({ Properties: { ...policy(READ).Properties, Roles: roles } });
    expect(broadens(attached(['a', 'b']), attached(['b']))).toBe(false);
    expect(broadens(attached(['a']), attached(['a', 'b']))).toBe(true);
    const role = (ManagedPolicyArns: string[]) => ({ Properties: { ManagedPolicyArns } });
    expect(broadens(role(['r']), role([]), { type: 'AWS::IAM::Role' })).toBe(false);
    expect(broadens(role(['r']), role(['arn:aws:iam::aws:policy/AdministratorAccess']), { type: 'AWS::IAM::Role' })).toBe(true);
  });

  it('a permissions boundary that goes away', () => {
    const role = (boundary?: string) => ({ Properties: { Path: '/', ...(boundary ? { PermissionsBoundary: boundary } : {}) } });
    expect(broadens(role('b'), role('b'), { type: 'AWS::IAM::Role' })).toBe(false);
    expect(broadens(role('b'), role(), { type: 'AWS::IAM::Role' })).toBe(true);
    expect(broadens(role(), role('b'), { type: 'AWS::IAM::Role' })).toBe(false);
  });

  it.each(['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'])('a bucket for which %s is no longer set', (name) => {
    const bucket = (value?: boolean) => ({ Properties: { PublicAccessBlockConfiguration: value === undefined ? {} : { [name]: value } } });
    expect(broadens(bucket(true), bucket(true), { type: 'AWS::S3::Bucket' })).toBe(false);
    expect(broadens(bucket(true), bucket(false), { type: 'AWS::S3::Bucket' })).toBe(true);
    expect(broadens(bucket(true), bucket(), { type: 'AWS::S3::Bucket' })).toBe(true);
  });

  it.each(['Groups', 'ManagedPolicyArns', 'Roles', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Users'])('a list %s that grows', (name) => {
    const listing = (...values: string[]) => ({ Properties: { [name]: values } });
    expect(broadens(listing('a', 'b'), listing('b'), { type: 'AWS::IAM::Group' })).toBe(false);
    expect(broadens(listing('a'), listing('a', 'b'), { type: 'AWS::IAM::Group' })).toBe(true);
  });

  it.each([
    'AWS::Cognito::IdentityPoolRoleAttachment', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::VPCEndpointServicePermissions',
    'AWS::Events::EventBusPolicy', 'AWS::IAM::AccessKey', 'AWS::IAM::InstanceProfile', 'AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider',
    'AWS::IAM::ServiceLinkedRole', 'AWS::IAM::User', 'AWS::IAM::UserToGroupAddition', 'AWS::LakeFormation::Permissions',
    'AWS::LakeFormation::PrincipalPermissions', 'AWS::Lambda::LayerVersionPermission', 'AWS::Lambda::Permission', 'AWS::Lambda::Url', 'AWS::RAM::ResourceShare',
    'AWS::RolesAnywhere::Profile', 'AWS::RolesAnywhere::TrustAnchor', 'AWS::SSO::Assignment', 'AWS::SSO::PermissionSet',
  ])('a %s that is new or changes, and not one that goes away', (type) => {
    expect(broadens(undefined, { Properties: {} }, { type })).toBe(true);
    expect(broadens({ Properties: { a: 1 } }, { Properties: { a: 2 } }, { type })).toBe(true);
    expect(broadens({ Properties: {} }, undefined, { type })).toBe(false);
  });

  it('inline policies wherever they stand in their list', () => {
    const role = (...statements: Statement[]) => ({
      Properties: { Policies: statements.map((Statement, index) => ({ PolicyName: `p${index}`, PolicyDocument: { Statement } })) },
    });
    const other = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
    expect(broadens(role(READ, other), role(other, READ), { type: 'AWS::IAM::Role' })).toBe(false);
    expect(broadens(role(READ), role(other, READ), { type: 'AWS::IAM::Role' })).toBe(true);
  });

  it('policies of other types, as JSON text too', () => {
    const key = (Principal: string) => ({ Properties: { KeyPolicy: { Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: Principal } }] } } });
    expect(broadens(key('a'), key('a'), { type: 'AWS::KMS::Key' })).toBe(false);
    expect(broadens(key('a'), key('b'), { type: 'AWS::KMS::Key' })).toBe(true);
    const logs = (action: string) => ({ Properties: { PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] }) } });
    expect(broadens(logs('logs:PutLogEvents'), logs('logs:PutLogEvents'), { type: 'AWS::Logs::ResourcePolicy' })).toBe(false);
    expect(broadens(logs('logs:PutLogEvents'), logs('logs:*'), { type: 'AWS::Logs::ResourcePolicy' })).toBe(true);
  });

  it('networks that open', () => {
    const group = (...cidrs: string[]) => ({ Properties: { SecurityGroupIngress: cidrs.map((CidrIp) => ({ CidrIp, IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })) } });
    expect(broadens(group('10.0.0.0/8', '10.1.0.0/16'), group('10.0.0.0/8'), { type: 'AWS::EC2::SecurityGroup' })).toBe(false);
    expect(broadens(group('10.0.0.0/8'), group('0.0.0.0/0'), { type: 'AWS::EC2::SecurityGroup' })).toBe(true);
  });

  it('types that grant without a policy', () => {
    const type = 'AWS::Lambda::Permission';
    expect(broadens(undefined, { Properties: { Principal: 'events.amazonaws.com' } }, { type })).toBe(true);
    expect(broadens({ Properties: { Principal: 'a' } }, undefined, { type })).toBe(false);
  });

  it('none where nothing has to do with permissions', () => {
    expect(broadens(undefined, { Properties: { QueueName: 'q' } }, { type: 'AWS::SQS::Queue' })).toBe(false);
    expect(broadens({ Properties: { Code: 'a' } }, { Properties: { Code: 'b' } }, { type: 'AWS::Lambda::Function' })).toBe(false);
  });

  it('what CloudFormation does not show counts', () => {
    expect(broadens(undefined, undefined, { action: 'Add', type: 'AWS::SQS::Queue' })).toBe(true);
    expect(broadens(policy(READ), undefined, { action: 'Modify' })).toBe(true);
    expect(broadens({}, {}, { type: 'AWS::CloudFormation::Stack', unread: true })).toBe(true);
    expect(broadens(undefined, {}, { type: 'AWS::CloudFormation::Stack', unread: true })).toBe(true);
    expect(broadens(undefined, {}, { type: 'AWS::CloudFormation::Stack' })).toBe(false);
  });
});
