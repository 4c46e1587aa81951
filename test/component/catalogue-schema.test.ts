import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BuildArtifact } from '../../src/component/build-artifact';
import { UnownedPaths } from '../../src/component/change-detection-props';
import { Component } from '../../src/component/component';
import { ComponentCatalogue } from '../../src/component/component-catalogue';
import { LocationParameter } from '../../src/component/location-parameter';
import { testStack } from '../support/constructs';

test('what synth writes is a catalogue by the schema: every kind, every field', () => {
  const stack = testStack();
  const { _catalogue } = new ComponentCatalogue(stack, 'Catalogue', {
    solution: 'shop',
    globalPaths: ['package-lock.json'],
    unownedPaths: UnownedPaths.ALL,
    traceLockfiles: true,
    sharedPackages: { eslint: { tests: ['zip'] }, esbuild: { builds: ['zip', 'image'] }, husky: {} },
    components: [
      Component.lambdaImage('image', { path: 'image', dependsOn: ['shared'], testDependsOn: ['zip'] }),
      Component.lambdaZip('zip', { path: 'zip', include: ['a/**'], exclude: ['**/*.md'], interfacePaths: ['zip/api/**'], testPackages: ['mocha'] }),
      Component.glueJob('job', { path: 'job', modules: 'lib' }),
      Component.stateMachine('machine', { path: 'machine.asl.json' }),
      Component.template('template.yml', { path: 'template.yml' }),
      Component.buildspec('buildspec.yml', { path: 'buildspec.yml' }),
      Component.image('worker', { path: 'worker' }),
      Component.layer('layer', { path: 'layer' }),
      Component.flinkApplication('stream', { path: 'stream', code: 'target/app.jar' }),
      Component.custom('ami', { path: 'ami', artifact: BuildArtifact.reference('ami.json'), parameters: [LocationParameter.location('Ami')] }),
      Component.custom('shared', { path: 'shared', buildspecFile: 'build/shared.yml' }),
      Component.custom('@scope/tool', {
        path: 'tool', artifact: BuildArtifact.image(), parameters: [LocationParameter.location('ToolImage')], repository: new ecr.Repository(stack, 'Tool'),
      }),
    ],
  });
  const schema = JSON.parse(fs.readFileSync(path.join(__dirname, '..', '..', 'schema', 'catalogue.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(JSON.parse(JSON.stringify(_catalogue)));
  expect(validate.errors ?? []).toEqual([]);
});
