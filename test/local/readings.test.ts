import { StackError, StackPlace, Stacks } from '../../local/engine/cloud-formation/stacks';

const place = (name: string, region = 'eu-west-1'): StackPlace => ({ account: '111111111111', region, name });
const template = (resources: object, more: object = {}): string => JSON.stringify({ Resources: resources, ...more });
const producer = (name = 'shop-Queue', value: unknown = { Ref: 'Queue' }) => template(
  { Queue: { Type: 'AWS::SQS::Queue' } }, { Outputs: { Queue: { Value: value, Export: { Name: name } } } });
const consumer = (name: unknown = 'shop-Queue') => template({ Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Unit: { 'Fn::ImportValue': name } } } });

/** What CloudFormation answers is in public threads: a change set that failed, `ValidationError` of CreateChangeSet, a rolled back operation. */
describe('what stacks take from one another', () => {
  let stacks: Stacks;

  beforeEach(() => {
    stacks = new Stacks(() => template({ Topic: { Type: 'AWS::SNS::Topic' } }));
  });

  function changeSet(of: StackPlace, body: string, parameters: Record<string, string> = {}) {
    stacks.replaceChangeSet(of, 'next', body, JSON.stringify({ Parameters: parameters }));
    return stacks.findChangeSet(of, 'next')!;
  }

  test('a change set that imports what nothing exports has failed, and names the export', () => {
    expect(changeSet(place('api'), consumer()).failure).toBe('No export named shop-Queue found');
    stacks.deploy(place('data'), producer());
    expect(changeSet(place('api'), consumer({ 'Fn::Sub': 'shop-Queue' })).failure).toBeUndefined();
  });

  test('exports are those of the same account and Region', () => {
    stacks.deploy(place('data'), producer());
    expect(changeSet(place('api', 'us-east-1'), consumer()).failure).toContain('No export named');
    expect(changeSet({ ...place('api'), account: '222222222222' }, consumer()).failure).toContain('No export named');
  });

  test('an import has the value of the export, in change sets as well', () => {
    stacks.deploy(place('data'), producer());
    stacks.deploy(place('api'), consumer());
    expect(changeSet(place('api'), consumer()).empty).toBe(true);
    expect(stacks.find(place('api'))!.readings!.imports).toEqual({ 'shop-Queue': 'data-Queue' });
  });

  test.each([
    ['goes', template({ Queue: { Type: 'AWS::SQS::Queue' } }), 'deleted'],
    ['has another name', producer('shop-Other'), 'deleted'],
    ['has another value', producer('shop-Queue', 'fixed'), 'updated'],
  ])('an export in use that %s rolls its stack back', (_, body, verb) => {
    stacks.deploy(place('data'), producer());
    stacks.deploy(place('api'), consumer());
    expect(() => stacks.deploy(place('data'), body)).toThrow(`Export shop-Queue cannot be ${verb} as it is in use by api`);
    expect(stacks.find(place('data'))!.template).toBe(producer());
    stacks.deploy(place('api'), template({ Alarm: { Type: 'AWS::CloudWatch::Alarm' } }));
    expect(() => stacks.deploy(place('data'), body)).not.toThrow();
  });

  test('two stacks cannot export one name', () => {
    stacks.deploy(place('data'), producer());
    expect(() => stacks.deploy(place('other'), producer())).toThrow('Export with name shop-Queue is already exported by stack data');
  });

  test('what goes between change set and execution fails the execution', () => {
    stacks.deploy(place('data'), producer());
    changeSet(place('api'), consumer());
    stacks.deploy(place('data'), template({ Queue: { Type: 'AWS::SQS::Queue' } }));
    stacks.executeChangeSet(place('api'), 'next');
    expect(stacks.find(place('api'))!.operations.status).toBe('ROLLBACK_COMPLETE');
  });

  const writer = (value: string) => template({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shop/size', Type: 'String', Value: value } } });
  const reader = template({ Queue: { Type: 'AWS::SQS::Queue', Properties: { Size: { Ref: 'Size' } } } }, { Parameters: { Size: { Type: 'AWS::SSM::Parameter::Value<String>' } } });

  test('a parameter of Systems Manager has to be there when the change set is made, and brings its value', () => {
    const make = () => changeSet(place('api'), reader, { Size: '/shop/size' });
    expect(make).toThrow(new StackError('Unable to fetch parameters [/shop/size] from parameter store for this account.'));
    stacks.deploy(place('data'), writer('1'));
    expect(make().failure).toBeUndefined();
    stacks.executeChangeSet(place('api'), 'next');
    expect(make().empty).toBe(true);
    stacks.deploy(place('data'), writer('2'));
    expect(make().changes.map(({ ResourceChange: change }) => change!.LogicalResourceId)).toEqual(['Queue']);
  });

  test('a dynamic reference has to be there, and a value that changed is no change of the template', () => {
    const body = template({ Queue: { Type: 'AWS::SQS::Queue', Properties: { Size: '{{resolve:ssm:/shop/size}}' } } });
    expect(() => changeSet(place('api'), body)).toThrow('Parameters: [ssm:/shop/size] cannot be found.');
    stacks.deploy(place('data'), writer('1'));
    stacks.deploy(place('api'), body);
    stacks.deploy(place('data'), writer('2'));
    expect(changeSet(place('api'), body).empty).toBe(true);
  });

  test('the version of the bootstrap and what AWS publishes are there', () => {
    const body = template({ Topic: { Type: 'AWS::SNS::Topic' } }, {
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
        Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64' },
      },
    });
    expect(() => stacks.deploy(place('api'), body)).not.toThrow();
  });
});
