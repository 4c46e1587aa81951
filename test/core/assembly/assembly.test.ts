import { memoryAssembly, stackArtifact } from './support/memory-assembly';
import { readAssembly, requireComplete } from '../../../src/core/assembly/assembly';

describe('readAssembly', () => {
  it('reads stacks of the assembly and of its Stages, with their assets and dependencies', () => {
    const { stacks } = readAssembly(memoryAssembly({
      'manifest.json': {
        version: '48.0.0',
        artifacts: {
          'Shared': { ...stackArtifact('Shared'), environment: 'aws://unknown-account/unknown-region' },
          'assembly-Test': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Test', displayName: 'Test' } },
        },
      },
      'assembly-Test/manifest.json': {
        version: '48.0.0',
        artifacts: {
          'TestData.assets': { type: 'cdk:asset-manifest', properties: { file: 'TestData.assets.json', requiresBootstrapStackVersion: 21 } },
          'TestData': stackArtifact('Test-Data', { displayName: 'Test/Data', dependencies: ['TestData.assets'] }),
          'TestApi': stackArtifact('Test-Api', {
            displayName: 'Test/Api', dependencies: ['TestData'], properties: { tags: { team: 'x' }, terminationProtection: true, parameters: { Size: 3 } },
          }),
          'Tree': { type: 'cdk:tree', properties: { file: 'tree.json' } },
        },
      },
      'assembly-Test/TestData.assets.json': {
        version: '48.0.0',
        files: {
          code: { source: { path: '../asset.code', packaging: 'zip' }, destinations: { here: { bucketName: 'b', objectKey: 'code.zip', region: 'eu-west-1', assumeRoleArn: 'role' } } },
          template: { source: { path: 'Test-Data.template.json' }, destinations: { here: { bucketName: 'b', objectKey: 'template.json' } } },
        },
        dockerImages: {
          image: {
            displayName: 'Api/Image',
            source: { directory: '../asset.image', dockerBuildArgs: { A: 'b' }, cacheFrom: [{ type: 'registry', params: { ref: 'x' } }] },
            destinations: { here: { repositoryName: 'r', imageTag: 'image' } },
          },
        },
      },
    }));
    expect(stacks.map(({ path, stage, stackName, account, region, dependsOn }) => ({ path, stage, stackName, account, region, dependsOn }))).toEqual([
      { path: 'Shared', stage: '', stackName: 'Shared', account: undefined, region: undefined, dependsOn: [] },
      { path: 'Test/Data', stage: 'Test', stackName: 'Test-Data', account: '111111111111', region: 'eu-west-1', dependsOn: [] },
      { path: 'Test/Api', stage: 'Test', stackName: 'Test-Api', account: '111111111111', region: 'eu-west-1', dependsOn: ['Test/Data'] },
    ]);
    const [, data, api] = stacks;
    expect(data!.bootstrapVersion).toBe(21);
    // The template itself is given to CloudFormation, and no asset.
    expect(data!.assets.files).toEqual([{
      id: 'code',
      title: 'Asset code of assembly-Test/TestData.assets.json',
      path: 'asset.code',
      packaging: 'zip',
      destinations: [{ bucketName: 'b', objectKey: 'code.zip', region: 'eu-west-1', roleArn: 'role' }],
    }]);
    expect(data!.assets.images).toMatchObject([{ id: 'image', source: { directory: 'asset.image', buildArgs: { A: 'b' }, cacheFrom: ['type=registry,ref=x'] } }]);
    expect(api).toMatchObject({ tags: { team: 'x' }, terminationProtection: true, parameters: { Size: '3' }, templateFile: 'assembly-Test/Test-Api.template.json' });
  });

  it('finds the Stages in Stages', () => {
    const nested = (directoryName: string, displayName: string) => ({ type: 'cdk:cloud-assembly', properties: { directoryName, displayName } });
    const { stacks } = readAssembly(memoryAssembly({
      'manifest.json': { version: '36.0.0', artifacts: { a: nested('assembly-Outer', 'Outer') } },
      'assembly-Outer/manifest.json': { version: '36.0.0', artifacts: { b: nested('assembly-Outer-Inner', 'Outer/Inner') } },
      'assembly-Outer/assembly-Outer-Inner/manifest.json': { version: '36.0.0', artifacts: { S: stackArtifact('S', { displayName: 'Outer/Inner/S' }) } },
    }));
    expect(stacks).toMatchObject([{ path: 'Outer/Inner/S', stage: 'Outer/Inner', templateFile: 'assembly-Outer/assembly-Outer-Inner/S.template.json' }]);
  });

  it('knows a stack without names by its ID, as the oldest versions write it', () => {
    const { type, environment, properties: { templateFile } } = stackArtifact('Shop');
    const { stacks } = readAssembly(memoryAssembly({ 'manifest.json': { version: '10.0.0', artifacts: { Shop: { type, environment, properties: { templateFile } } } } }));
    expect(stacks).toMatchObject([{ path: 'Shop', stackName: 'Shop', tags: {}, parameters: {}, notificationArns: [] }]);
  });

  it('names every missing value of the assembly and of its Stages once, and what to commit', () => {
    const missing = [{ key: 'vpc-provider:account=1', provider: 'vpc-provider', props: {} }];
    const assembly = readAssembly(memoryAssembly({
      'manifest.json': { version: '36.0.0', missing, artifacts: { a: { type: 'cdk:cloud-assembly', properties: { directoryName: 'n', displayName: 'N' } } } },
      'n/manifest.json': { version: '36.0.0', missing: [...missing, { key: 'ami:x', provider: 'ami', props: {} }], artifacts: { S: stackArtifact('S') } },
    }));
    expect(() => requireComplete(assembly)).toThrow(/- vpc-provider:account=1 \(vpc-provider\)\n- ami:x \(ami\)\n.*commit cdk\.context\.json/s);
    expect(() => requireComplete({ ...assembly, missing: [] })).not.toThrow();
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no manifest', {}, /no manifest\.json: this is not what "cdk synth" leaves/],
    ['what is not JSON', { 'manifest.json': 'x' }, /manifest\.json is not JSON/],
    ['no stacks', { 'manifest.json': { version: '36.0.0', artifacts: {} } }, /has no stacks/],
    ['a schema before asset manifests', { 'manifest.json': { version: '1.21.0', artifacts: {} } }, /has version "1\.21\.0".*Update the CDK/],
    ['no version', { 'manifest.json': { artifacts: {} } }, /has version undefined/],
    ['a Stage that is not there', { 'manifest.json': { version: '36.0.0', artifacts: { 'assembly-T': { type: 'cdk:cloud-assembly', properties: { directoryName: 't' } } } } }, /Stage "T" has no t\/manifest\.json/],
    ['a template outside', { 'manifest.json': { version: '36.0.0', artifacts: { S: stackArtifact('S', { properties: { templateFile: '../../secret' } }) } } }, /"\.\.\/\.\.\/secret", which is outside of the assembly/],
    ['an absolute template', { 'manifest.json': { version: '36.0.0', artifacts: { S: stackArtifact('S', { properties: { templateFile: '/etc/passwd' } }) } } }, /outside of the assembly/],
    ['a dependency that is not there', { 'manifest.json': { version: '36.0.0', artifacts: { S: stackArtifact('S', { dependencies: ['T'] }) } } }, /depends on "T", which the assembly does not have/],
    ['a dependency of an unknown type', { 'manifest.json': { version: '36.0.0', artifacts: { S: stackArtifact('S', { dependencies: ['T'] }), T: { type: 'new:thing' } } } }, /"T" of type "new:thing", which this version cannot deploy/],
    ['an environment of another form', { 'manifest.json': { version: '36.0.0', artifacts: { S: { ...stackArtifact('S'), environment: 'gcp://x' } } } }, /environment is "gcp:\/\/x"/],
    ['asset parameters of the legacy synthesizer', {
      'manifest.json': { version: '36.0.0', artifacts: { S: { ...stackArtifact('S'), metadata: { '/S': [{ type: 'aws:cdk:asset', data: { packaging: 'zip', s3BucketParameter: 'P' } }] } } } },
    }, /legacy synthesizer.*DefaultStackSynthesizer/s],
    ['errors that the application noted', {
      'manifest.json': { version: '55.0.0', artifacts: { S: { ...stackArtifact('S'), additionalMetadataFile: 'S.metadata.json' } } },
      'S.metadata.json': { '/S/B': [{ type: 'aws:cdk:error', data: 'Buckets need owners.' }] },
    }, /has errors:\n- \/S\/B: Buckets need owners\./],
    ['an asset that a program makes', {
      'manifest.json': { version: '36.0.0', artifacts: { 'S.assets': { type: 'cdk:asset-manifest', properties: { file: 'S.assets.json' } }, 'S': stackArtifact('S', { dependencies: ['S.assets'] }) } },
      'S.assets.json': { version: '36.0.0', files: { x: { source: { executable: ['make'] }, destinations: {} } } },
    }, /Asset x of S\.assets\.json is made by a program/],
    ['an asset manifest that is not there', {
      'manifest.json': { version: '36.0.0', artifacts: { 'S.assets': { type: 'cdk:asset-manifest', properties: { file: 'S.assets.json' } }, 'S': stackArtifact('S', { dependencies: ['S.assets'] }) } },
    }, /names S\.assets\.json, which the assembly does not have/],
  ])('refuses %s', (_name, files, message) => {
    expect(() => readAssembly(memoryAssembly(files))).toThrow(message);
  });
});
