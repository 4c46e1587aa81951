import { DeclaredStack, locationParameters, placeParameters } from '../../../lambda/release/configuration';
import { TemplateDeclarations, templateDeclarations } from '../../../lambda/release/template';
import { Catalogue } from '../../../src/core/catalogue';
import { StackParameter } from '../../../src/core/delivery/place-stacks';
import { Release } from '../../../src/core/release';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, templateComponent, World } from '../../support/world';

describe('templateDeclarations', () => {
  it('reads YAML with CloudFormation\'s short functions', () => {
    const { all, required } = templateDeclarations(`
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  ImageUri: { Type: String }
  Size:
    Type: Number
    Default: 3
  Empty: { Type: String, Default: "" }
Conditions: { Big: !Equals [!Ref Size, "3"] }
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Code: { ImageUri: !Sub "\${ImageUri}" }
      Role: !GetAtt Role.Arn
      Timeout: !If [Big, 1, !Ref "AWS::NoValue"]
      Names: !Split [",", !Join ["", [a, b]]]
      Other: !Transform { Name: x }
`);
    expect([...all]).toEqual(['ImageUri', 'Size', 'Empty']);
    expect([...required]).toEqual(['ImageUri']);
  });

  it('reads JSON', () => {
    expect([...templateDeclarations('{"Parameters":{"A":{"Type":"String"}},"Resources":{}}').all]).toEqual(['A']);
  });

  it('takes a template without parameters', () => {
    expect(templateDeclarations('Resources: {}').all.size).toBe(0);
  });

  it.each([
    ['a: [', 'neither YAML nor JSON'],
    ['text', 'no Resources'],
    ['Parameters: {}', 'no Resources'],
    ['Parameters: [a]\nResources: {}', 'have to be an object of parameters'],
  ])('refuses %j', (text, message) => {
    expect(() => templateDeclarations(text)).toThrow(message);
  });
});

describe('placeParameters', () => {
  const declaring = (all: string[], required: string[] = [], outputs: string[] = []): TemplateDeclarations => (
    { all: new Set(all), required: new Set(required), outputs: new Set(outputs), isTransformed: false });
  const stack = (id: string, template: TemplateDeclarations, parameters: Record<string, StackParameter> = {}): DeclaredStack => ({
    configuration: { id, component: id, stackName: id, parameters, tags: {}, capabilities: [], dependsOn: [] }, template,
  });
  const one = stack('app', declaring(['Uri', 'Size', 'Given'], ['Uri', 'Given']));
  const environment = (parameters: Record<string, string>) => ({ name: 'test', parameters });

  it('gives declared locations and the environment\'s parameters', () => {
    expect(placeParameters(environment({ Given: 'g' }), { Uri: 'u', Undeclared: 'x' }, [one])).toEqual([{ Uri: 'u', Given: 'g' }]);
  });

  it('names every disagreement', () => {
    const configure = () => placeParameters(environment({ Other: 'o', Uri: 'mine', Size: 's'.repeat(4_097) }), { Uri: 'u' }, [one]);
    expect(configure).toThrow('Environment \'test\' cannot be deployed:');
    expect(configure).toThrow('parameter \'Other\', which the template does not declare');
    expect(configure).toThrow('parameter \'Uri\', which receives a component\'s location');
    expect(configure).toThrow('nothing gives parameter \'Given\'');
    expect(configure).toThrow('parameter \'Size\' has 4097 bytes');
  });

  it('gives each of several stacks what its template declares, and what is its own, before what is the environment\'s', () => {
    const network = stack('network', declaring(['Cidr', 'Level'], ['Cidr'], ['VpcId']), { Cidr: '10.0.0.0/16' });
    const api = stack('api', declaring(['Uri', 'VpcId', 'Level'], ['Uri', 'VpcId']), { VpcId: { stack: 'network', output: 'VpcId' }, Level: 'debug' });
    expect(placeParameters(environment({ Level: 'info' }), { Uri: 'u' }, [network, api])).toEqual([
      { Cidr: '10.0.0.0/16', Level: 'info' }, { Uri: 'u', VpcId: { stack: 'network', output: 'VpcId' }, Level: 'debug' },
    ]);
  });

  it('names the stack of a disagreement, an output that is not declared among them', () => {
    const network = stack('network', declaring([]), { Uri: 'mine', Typo: 'x' });
    const api = stack('api', declaring(['VpcId'], ['VpcId']), { VpcId: { stack: 'network', output: 'VpcId' } });
    const configure = () => placeParameters(environment({ Level: 'info' }), { Uri: 'u' }, [network, api]);
    expect(configure).toThrow('parameter \'Level\', which no template declares');
    expect(configure).toThrow('stack \'network\': it is given parameter \'Typo\', which its template does not declare');
    expect(configure).toThrow('stack \'network\': it is given parameter \'Uri\', which receives a component\'s location');
    expect(configure).toThrow('stack \'api\': parameter \'VpcId\' takes output \'VpcId\' of stack \'network\', which that stack\'s template does not declare');
  });
});

it('locationParameters gives what a reference says in the Region', () => {
  const components = [{ name: 'ami', path: 'ami', build: { digest: 'd', kind: 'custom', artifact: { type: 'reference' as const, path: 'f' }, parameters: [{ name: 'Ami', part: 'location' as const }] } }];
  const given = (location: string, region?: string) => locationParameters({ components }, { components: { ami: { component: 'ami', buildNumber: 2, location } } } as never, region);
  const both = 'reference:{"eu-west-1":"ami-1","us-east-1":"ami-2"}';
  expect(given('reference:arn:aws:x', 'eu-west-1')).toEqual({ Ami: 'arn:aws:x' });
  expect([given(both, 'eu-west-1'), given(both, 'us-east-1')]).toEqual([{ Ami: 'ami-1' }, { Ami: 'ami-2' }]);
  expect(() => given(both, 'eu-central-1')).toThrow('Component "ami", build 2: parameter "Ami": the build refers to nothing in eu-central-1, and to something in eu-west-1, us-east-1');
});

it('locationParameters gathers those of all components', () => {
  const components = [fileComponent('a'), fileComponent('b'), templateComponent()];
  const release = { components: Object.fromEntries(components.map(({ name }) => [name, { location: `s3://bucket/${name}` }])) } as unknown as Release;
  expect(locationParameters({ components }, release)).toEqual({ aLocation: 's3://bucket/a', bLocation: 's3://bucket/b' });
});

describe('release function', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function built(components = [fileComponent('x'), fileComponent('y')], change: (catalogue: Catalogue) => Catalogue = (catalogue) => catalogue) {
    const world = await World.create(db, components);
    world.catalogue = change(world.catalogue);
    world.push({ x: 'x1', y: 'y1' });
    const execution = (await world.diff())!;
    const variables = await world.plan(execution);
    return { world, execution, variables };
  }

  it('puts the release, the templates and the stacks of each environment into the artifact', async () => {
    const { world, execution, variables } = await built();
    await world.build(execution, variables.planId);
    const artifact = await world.release(execution, variables);
    expect(Object.keys(artifact)).toEqual(['prod.stacks.json', 'release.json', 'templates/eu-west-1/template.yml', 'test.stacks.json']);
    expect(artifact['templates/eu-west-1/template.yml']).toBe('Parameters:\n  xLocation: { Type: String }\n  yLocation: { Type: String }\nResources: {}\n');
    expect(JSON.parse(artifact['release.json']!)).toEqual({ ...world.releaseOf(execution), undeclared: { parameters: [], left: [] } });
    expect(world.releaseOf(execution)).toMatchObject({
      version: 1, solution: 'shop', commitId: execution.commitId, planId: variables.planId, sequence: 1, pipelineExecutionId: execution.id,
    });
  });

  it('writes where the job says, as the job, encrypted with its key', async () => {
    const { world, execution, variables } = await built();
    await world.build(execution, variables.planId);
    const parameters = JSON.stringify({ pipelineExecutionId: execution.id, ...variables });
    await world.releaseFunction().handle({
      'CodePipeline.job': {
        id: 'job',
        data: {
          actionConfiguration: { configuration: { UserParameters: parameters } },
          outputArtifacts: [{ location: { s3Location: { bucketName: 'pipeline', objectKey: 'Release/1.zip' } } }],
          artifactCredentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
          encryptionKey: { id: 'arn:key', type: 'KMS' },
        },
      },
    });
    expect(world.pipeline.results.get('job')).toEqual({ variables: {} });
    expect(world.s3.objects.get('pipeline/Release/1.zip')!.input).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:key' });
  });

  it('names every changed component that has no outcome', async () => {
    const { world, execution, variables } = await built();
    await world.buildComponent(execution, variables.planId, 'template');
    await expect(world.release(execution, variables)).rejects.toThrow(/"x" changed, but this execution has no build of it[^]*"y" changed/);
  });

  it('fails for an outcome whose build is gone', async () => {
    const { world, execution, variables } = await built();
    await world.build(execution, variables.planId);
    await world.putItem('deploymentsTable', { Component: `shop#x#${execution.id}`, BuildNumber: 0, Outcome: 'Built', Build: 7 });
    await expect(world.release(execution, variables)).rejects.toThrow('"x" changed, but this execution has no build of it');
  });

  it('fails for another plan than the commit\'s', async () => {
    const { world, execution, variables } = await built();
    await expect(world.release(execution, { ...variables, planId: 'other' })).rejects.toThrow('this execution has plan other');
  });

  it('refuses a sequence that is none', async () => {
    const { world, execution, variables } = await built();
    await expect(world.release(execution, { ...variables, sequence: '0' })).rejects.toThrow('but is \'0\'');
  });

  it('lists and logs locations that the template does not declare', async () => {
    const { world, execution, variables } = await built();
    const [x, ...others] = world.catalogue.components;
    world.catalogue = { ...world.catalogue, components: [{ ...x!, build: { ...x!.build!, parameters: [{ name: 'Undeclared', part: 'location' }] } }, ...others] };
    const { planId } = await world.plan(execution);
    await world.build(execution, planId);
    await expect(world.release(execution, { ...variables, planId })).rejects.toThrow('nothing gives parameter \'xLocation\'');
    expect(world.logs).toContainEqual(expect.objectContaining({ level: 'WARN', parameters: { count: 1, first: ['Undeclared'] } }));
    world.refusesUndeclared = true;
    await expect(world.release(execution, { ...variables, planId })).rejects.toThrow('The template does not declare Undeclared: what these components build does not reach it.');
  });

  it('finds an artifact that is gone before anything is deployed; forcing heals it', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    world.s3.objects.delete('artifacts/shop/components/x/1/out');
    world.push({ y: 'y2' });
    await expect(world.run((await world.diff())!)).rejects.toThrow("- build 1 of 'x': s3://artifacts/shop/components/x/1/out");
    await world.run((await world.diff({ action: 'force', components: ['x'] }))!);
    expect(world.live.prod).toEqual({ x: 'x1', y: 'y2' });
  });

  it('releases by the definitions of its plan alone', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    // The pipeline's stack is deployed: the diff function and the builds have the new catalogue already, the Release action still has the old one.
    const old = world.catalogue;
    world.catalogue = { ...old, components: old.components.filter(({ name }) => name !== 'y') };
    world.push({ x: 'x1', y: 'y2' });
    const next = (await world.diff())!;
    const variables = await world.plan(next);
    await world.build(next, variables.planId);
    world.catalogue = old;
    await expect(world.release(next, variables)).rejects.toThrow('the pipeline\'s own stack was deployed meanwhile');
    expect(() => world.releaseOf(next)).toThrow('No object');
  });

  it('never overwrites a release', async () => {
    const { world, execution, variables } = await built();
    await world.build(execution, variables.planId);
    await world.release(execution, variables);
    await expect(world.release(execution, { ...variables, sequence: '9' })).rejects.toThrow('already holds another release');
    expect(world.releaseOf(execution).sequence).toBe(1);
  });

  it('throws for an event that is no job', async () => {
    const { world } = await built();
    await expect(world.releaseFunction().handle({})).rejects.toThrow('answers jobs of CodePipeline only');
    await expect(world.recordFunction().handle({})).rejects.toThrow('answers jobs of CodePipeline only');
  });
});
