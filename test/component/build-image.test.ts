import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BuildProps, Component } from '../../src';
import { buildSettings } from '../../src/component/build-settings';
import { bindLambdaZip } from '../../src/component/kinds/lambda-zip';
import { generateBuildspec } from '../../src/component-build/buildspec';
import { ProjectNeeds } from '../../src/core/buildspec/placement';

const settingsOf = (props: BuildProps, needs: ProjectNeeds = {}, runtime?: lambda.Runtime) => {
  const component = Component.lambdaZip('fn', { path: 'fn', ...props });
  return buildSettings(component, bindLambdaZip('fn', { path: 'fn', runtime }, 'lambda-zip'), () => needs);
};
const custom = codebuild.LinuxBuildImage.fromDockerRegistry('company/image:1');

describe('build images', () => {
  it.each([
    codebuild.LinuxBuildImage.STANDARD_5_0,
    codebuild.LinuxBuildImage.STANDARD_6_0,
    codebuild.LinuxBuildImage.AMAZON_LINUX_2_5,
    codebuild.LinuxBuildImage.AMAZON_LINUX_2023_4,
    codebuild.LinuxBuildImage.AMAZON_LINUX_2023_CORETTO_11,
    codebuild.LinuxArmBuildImage.AMAZON_LINUX_2_STANDARD_3_0,
    codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_2_0,
    codebuild.LinuxLambdaBuildImage.AMAZON_LINUX_2_NODE_18, codebuild.LinuxLambdaBuildImage.AMAZON_LINUX_2023_PYTHON_3_13,
  ].map((image) => [image.imageId, image] as const))('%s has no Node.js that the agent runs on: refused by name', (id, buildImage) => {
    expect(() => settingsOf({ buildImage })).toThrow(`Component "fn": buildImage ${id} has no Node.js 20 or later`);
  });

  it.each([
    codebuild.LinuxBuildImage.STANDARD_7_0,
    codebuild.LinuxBuildImage.STANDARD_8_0,
    codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5,
    codebuild.LinuxBuildImage.AMAZON_LINUX_2023_6,
    codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0, codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0,
    codebuild.LinuxLambdaBuildImage.AMAZON_LINUX_2023_NODE_20, codebuild.LinuxArmLambdaBuildImage.AMAZON_LINUX_2023_NODE_24, custom,
  ].map((image) => [image.imageId, image] as const))('%s is taken', (_id, buildImage) => {
    expect(settingsOf({ buildImage }).buildImage).toBe(buildImage);
  });

  it('for Windows are refused', () => {
    expect(() => settingsOf({ buildImage: codebuild.WindowsBuildImage.WIN_SERVER_CORE_2019_BASE_3_0 })).toThrow('is for Windows, and builds run in bash on Linux');
  });

  it('on AWS Lambda get a size and no timeout, and refuse what they can\'t have', () => {
    const buildImage = codebuild.LinuxLambdaBuildImage.AMAZON_LINUX_2023_NODE_24;
    expect(settingsOf({ buildImage })).toMatchObject({ computeType: codebuild.ComputeType.LAMBDA_2GB, timeout: undefined, privileged: false });
    expect(() => settingsOf({ buildImage, privileged: true })).toThrow('runs on AWS Lambda, which has no Docker (privileged)');
    expect(() => settingsOf({ buildImage, vpc: {} as never })).toThrow('runs on AWS Lambda, which has no VPC');
  });
});

describe('versions of languages', () => {
  it.each<[lambda.Runtime, object]>([
    [lambda.Runtime.PYTHON_3_13, { python: '3.13' }], [lambda.Runtime.NODEJS_22_X, { nodejs: '22' }], [lambda.Runtime.JAVA_21, { java: 'corretto21' }],
    [lambda.Runtime.DOTNET_8, { dotnet: '8.0' }], [lambda.Runtime.RUBY_3_4, { ruby: '3.4' }], [lambda.Runtime.PROVIDED_AL2023, {}],
  ])('are those of the function\'s runtime: %s', (runtime, versions) => {
    expect(settingsOf({}, {}, runtime).runtimeVersions).toEqual(versions);
  });

  it('are the component\'s own where it gives them, then its buildspec\'s', () => {
    expect(settingsOf({ runtimeVersions: { python: '3.12' } }, {}, lambda.Runtime.PYTHON_3_13).runtimeVersions).toEqual({ python: '3.12' });
    expect(settingsOf({ buildspecFile: 'b.yml', runtimeVersions: { python: '3.12' } }, { runtimeVersions: { nodejs: '22' } }).runtimeVersions).toEqual({ nodejs: '22', python: '3.12' });
    expect(() => settingsOf({ buildspecFile: 'b.yml', runtimeVersions: { python: '3.12' } }, { runtimeVersions: { python: '3.13' } }))
      .toThrow('runtimeVersions has python 3.12, and its buildspecFile python 3.13: say it in one place');
  });

  it('are asked for in AWS\'s standard images alone', () => {
    expect(() => settingsOf({ buildImage: custom, runtimeVersions: { python: '3.13' } })).toThrow('runtimeVersions python 3.13: CodeBuild puts them up in AWS\'s standard images alone, and not in company/image:1');
    expect(settingsOf({ buildImage: custom }, {}, lambda.Runtime.PYTHON_3_13).runtimeVersions).toEqual({});
  });
});

test('secrets and parameters of a buildspec are variables of the project, which its own come before', () => {
  const { PARAMETER_STORE, PLAINTEXT, SECRETS_MANAGER } = codebuild.BuildEnvironmentVariableType;
  expect(settingsOf({ buildspecFile: 'b.yml', environmentVariables: { B: { value: 'own', type: PLAINTEXT } } }, { secretsManager: { A: 'ci:a', B: 'ci:b' }, parameterStore: { C: '/c' } }).environmentVariables)
    .toEqual({ A: { type: SECRETS_MANAGER, value: 'ci:a' }, B: { value: 'own', type: PLAINTEXT }, C: { type: PARAMETER_STORE, value: '/c' } });
});

test('any kind can be built with Docker', () => {
  expect(settingsOf({ privileged: true }).privileged).toBe(true);
  expect(settingsOf({}).privileged).toBe(false);
});

describe('reports', () => {
  const unit = { files: ['junit.xml'], fileFormat: 'JUNITXML', discardPaths: false };

  it('are of the component\'s folder, beside those of its buildspec', () => {
    expect(settingsOf({ buildspecFile: 'b.yml', reports: [{ name: 'unit', files: ['junit.xml'], baseDirectory: 'out' }] }, { reports: { other: unit } }).reports)
      .toEqual({ unit: { ...unit, baseDirectory: 'fn/out' }, other: unit });
    expect(generateBuildspec({ testCommands: [], buildCommands: [], runsBuildspecFile: false, reports: { unit } })).toMatchObject({
      reports: { unit: { 'files': ['junit.xml'], 'file-format': 'JUNITXML' } },
    });
  });

  it('are refused by name where CodeBuild takes none such', () => {
    expect(() => settingsOf({ reports: [{ name: 'a b', files: ['x'] }] })).toThrow('reports: the name "a b"');
    expect(() => settingsOf({ reports: [{ name: 'a', files: ['x'], format: 'TAP' }] })).toThrow('the format of "a" is "TAP": CodeBuild reads CUCUMBERJSON');
    expect(() => settingsOf({ reports: Array.from({ length: 6 }, (_, index) => ({ name: `r${index}`, files: ['x'] })) })).toThrow('6 of them, and a CodeBuild project has at most 5');
  });
});
