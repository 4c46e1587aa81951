import { CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BuildArtifact, Component, ComponentCatalogue, ComponentConfig, LocationParameter } from '../../src';
import { ACCOUNT, OTHER_ACCOUNT, resource, testStack } from '../support/constructs';

function bind(component: Component, stack: Stack = testStack(), accounts: string[] = [ACCOUNT]): ComponentConfig {
  return component.bind(stack, { accounts });
}

function bindings(config: ComponentConfig) {
  return config.parameters.map((parameter) => parameter._binding());
}

describe('lambdaImage', () => {
  const image = (props = {}) => Component.lambdaImage('Training-Lambda-Function', { path: 'training', ...props });

  test('needs Docker and leaves an image', () => {
    const config = bind(image());
    expect(config.artifact._definition()).toEqual({ type: 'image' });
    expect(config.kind).toBe('lambda-image');
  });

  test('the template receives the URI under the component\'s name, or under the name it is given', () => {
    expect(bindings(bind(image()))).toEqual([{ name: 'TrainingLambdaFunctionImageUri', part: 'location' }]);
    expect(bindings(bind(image({ imageUriParameter: 'Image' })))).toEqual([{ name: 'Image', part: 'location' }]);
  });

  test('logs in, builds for Lambda, pushes', () => {
    expect(bind(image()).buildCommands).toEqual([
      'aws ecr get-login-password | docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}"',
      'BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --tag "$IMAGE_URI" --platform \'linux/amd64\' --file \'./Dockerfile\' \'.\'',
      'docker push "$IMAGE_URI"',
    ]);
  });

  test('Dockerfile, context, target, platform and arguments reach Docker as one word each, whatever is in them', () => {
    const [, build] = bind(image({
      dockerfile: 'docker/File', context: 'my app', target: 'run', platform: 'linux/arm64', buildArgs: { GREETING: 'it\'s $(id); "x"' },
    })).buildCommands!;
    expect(build).toContain('--file \'my app/docker/File\'');
    expect(build).toContain('--target \'run\'');
    expect(build).toContain('--platform \'linux/arm64\'');
    expect(build).toContain('--build-arg \'GREETING=it\'\\\'\'s $(id); "x"\'');
    expect(build.endsWith(' \'my app\'')).toBe(true);
  });

  test('its own repository is retained, scanned, and overwrites no tag', () => {
    const stack = testStack();
    bind(image(), stack);
    const repository = resource(Template.fromStack(stack), 'AWS::ECR::Repository');
    expect(repository).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(repository.Properties.ImageTagMutability).toBe('IMMUTABLE');
    expect(repository.Properties.ImageScanningConfiguration).toEqual({ ScanOnPush: true });
  });

  test('the accounts of the environments, and Lambda for their functions, may pull and nothing else', () => {
    const stack = testStack();
    bind(image(), stack, [ACCOUNT, OTHER_ACCOUNT]);
    const [accounts, service, ...others] = resource(Template.fromStack(stack), 'AWS::ECR::Repository').Properties.RepositoryPolicyText.Statement;
    expect(accounts.Action).toEqual(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);
    expect(JSON.stringify(accounts.Principal)).toContain(`:iam::${OTHER_ACCOUNT}:root`);
    expect(service.Principal).toEqual({ Service: 'lambda.amazonaws.com' });
    expect(service.Action).toEqual(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);
    expect(JSON.stringify(service.Condition.ArnLike['aws:sourceArn'])).toContain(`:lambda:eu-west-1:${OTHER_ACCOUNT}:function:*`);
    expect(others).toEqual([]);
  });

  test('an imported repository is used, and a warning says whom to admit', () => {
    const stack = testStack();
    new CfnWaitConditionHandle(stack, 'SomeResource');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', 'images');
    expect(bind(image({ repository }), stack, [OTHER_ACCOUNT]).repository).toBe(repository);
    Template.fromStack(stack).resourceCountIs('AWS::ECR::Repository', 0);
    expect(Annotations.fromStack(stack).findWarning('*', 'ECR repository images is imported, so its policy is not changed here: '
      + `let the accounts ${OTHER_ACCOUNT} and lambda.amazonaws.com (for their functions) pull from it. [ack: cdk-modular-pipeline:imported-repository]`),
    ).toHaveLength(1);
  });
});

describe('parameters', () => {
  const parameters = [LocationParameter.bucket('TheBucket'), LocationParameter.key('TheKey'), LocationParameter.location('TheLocation')];
  const further = [{ name: 'TheBucket', part: 'bucket' }, { name: 'TheKey', part: 'key' }, { name: 'TheLocation', part: 'location' }];

  test.each<[string, Component, string[]]>([
    ['lambdaZip', Component.lambdaZip('a', { path: 'a', parameters }), ['ABucket', 'AKey']],
    ['glueJob', Component.glueJob('a', { path: 'a', modules: 'm', parameters }), ['AScriptLocation', 'AModulesLocation']],
    ['stateMachine', Component.stateMachine('a', { path: 'a', parameters }), ['ADefinitionBucket', 'ADefinitionKey']],
    ['buildspec', Component.buildspec('a', { path: 'a', parameters }), []],
    ['custom', Component.custom('a', { path: 'a', artifact: BuildArtifact.zip('.'), parameters }), []],
  ])('of %s come after its own, once', (_kind, component, own) => {
    const found = bindings(bind(component));
    expect(found.slice(0, own.length).map(({ name }) => name)).toEqual(own);
    expect(found.slice(own.length)).toEqual(further);
  });
});

describe('lambdaZip', () => {
  test('zips the component\'s folder and hands on bucket and key', () => {
    const config = bind(Component.lambdaZip('orders', { path: 'orders' }));
    expect(config.artifact._definition()).toEqual({ type: 'zip', path: '.' });
    expect(bindings(config)).toEqual([{ name: 'OrdersBucket', part: 'bucket' }, { name: 'OrdersKey', part: 'key' }]);
    expect(config.privileged).toBeUndefined();
    expect(config.buildCommands).toBeUndefined();
  });

  test('zips the folder and uses the parameters that it is given', () => {
    const config = bind(Component.lambdaZip('orders', { path: 'orders', artifactPath: 'dist', bucketParameter: 'B', keyParameter: 'K' }));
    expect(config.artifact._definition()).toEqual({ type: 'zip', path: 'dist' });
    expect(bindings(config).map(({ name }) => name)).toEqual(['B', 'K']);
  });
});

describe('glueJob', () => {
  test('stores the script; the template receives its location', () => {
    const config = bind(Component.glueJob('Preprocessing-Glue-Job', { path: 'glue/preprocessing' }));
    expect(config.artifact._definition()).toEqual({ type: 'files', files: [{ path: 'main.py', name: 'main.py' }] });
    expect(bindings(config)).toEqual([{ name: 'PreprocessingGlueJobScriptLocation', part: { file: 'main.py' } }]);
  });

  test('zips the modules beside it', () => {
    const config = bind(Component.glueJob('Preprocessing-Glue-Job', { path: 'glue/preprocessing', script: 'src/job.py', modules: 'lib' }));
    expect(config.artifact._definition()).toEqual({
      type: 'files', files: [{ path: 'src/job.py', name: 'job.py' }, { path: 'lib', name: 'modules.zip', zip: true }],
    });
    expect(bindings(config)).toEqual([
      { name: 'PreprocessingGlueJobScriptLocation', part: { file: 'job.py' } },
      { name: 'PreprocessingGlueJobModulesLocation', part: { file: 'modules.zip' } },
    ]);
  });

  test('a path that is a file is the script', () => {
    expect(bind(Component.glueJob('job', { path: 'glue/job.py' })).artifact._definition()).toEqual({ type: 'files', files: [{ path: 'job.py', name: 'job.py' }] });
  });

  test('takes other parameter names', () => {
    const config = bind(Component.glueJob('job', { path: 'glue', modules: 'lib', scriptParameter: 'S', modulesParameter: 'M' }));
    expect(bindings(config).map(({ name }) => name)).toEqual(['S', 'M']);
  });
});

describe('stateMachine', () => {
  test('stores the definition and hands on bucket and key, as CloudFormation takes them', () => {
    const config = bind(Component.stateMachine('Training', { path: 'statemachine' }));
    expect(config.artifact._definition()).toEqual({ type: 'file', path: 'definition.asl.json' });
    expect(bindings(config)).toEqual([{ name: 'TrainingDefinitionBucket', part: 'bucket' }, { name: 'TrainingDefinitionKey', part: 'key' }]);
  });

  test('a path that is a file is the definition, unless another is given', () => {
    expect(bind(Component.stateMachine('T', { path: 'sm/train.asl.json' })).artifact._definition()).toEqual({ type: 'file', path: 'train.asl.json' });
    expect(bind(Component.stateMachine('T', { path: 'sm', definition: 'a/b.json' })).artifact._definition()).toEqual({ type: 'file', path: 'a/b.json' });
  });

  test('takes other parameter names', () => {
    const config = bind(Component.stateMachine('T', { path: 'sm', bucketParameter: 'B', keyParameter: 'K' }));
    expect(bindings(config).map(({ name }) => name)).toEqual(['B', 'K']);
  });
});

describe('template', () => {
  test('is packaged by the agent, the same in every build, and receives no parameter itself', () => {
    const config = bind(Component.template('template.yml', { path: 'template.yml' }));
    expect(config.buildCommands).toEqual(['"$MODULAR_NODE" "$MODULAR_DIRECTORY/agent.js" package-template \'template.yml\' packaged-template.yml']);
    expect(config.artifact._definition()).toEqual({ type: 'file', path: 'packaged-template.yml' });
    expect(config.parameters).toEqual([]);
  });

  test('a hostile file name stays one word', () => {
    const [command] = bind(Component.template('t', { path: 'infra', template: 'a\'; touch x; \'.yml' })).buildCommands!;
    expect(command).toContain('package-template \'a\'\\\'\'; touch x; \'\\\'\'.yml\'');
  });
});

test('buildspec stores the file itself', () => {
  const config = bind(Component.buildspec('test-buildspec.yml', { path: 'build/test-buildspec.yml', parameters: [LocationParameter.location('Spec')] }));
  expect(config.kind).toBe('buildspec');
  expect(config.artifact._definition()).toEqual({ type: 'file', path: 'test-buildspec.yml' });
  expect(bindings(config)).toEqual([{ name: 'Spec', part: 'location' }]);
  expect(bind(Component.buildspec('b', { path: 'b.yml' })).parameters).toEqual([]);
});

describe('custom', () => {
  test('leaves nothing and is not privileged by default', () => {
    const config = bind(Component.custom('shared', { path: 'libs/shared' }));
    expect(config.artifact._definition()).toEqual({ type: 'none' });
    expect(config.parameters).toEqual([]);
    expect(config.privileged).toBeUndefined();
    expect(config.repository).toBeUndefined();
  });

  test('takes artifact, parameters and repository', () => {
    const stack = testStack();
    const repository = new ecr.Repository(stack, 'Repository');
    const config = bind(Component.custom('tool', {
      path: 'tool', artifact: BuildArtifact.image(), parameters: [LocationParameter.location('ToolImage')], repository, privileged: true,
    }), stack);
    expect(config.artifact._definition()).toEqual({ type: 'image' });
    expect(bindings(config)).toEqual([{ name: 'ToolImage', part: 'location' }]);
    expect(config.repository).toBe(repository);
  });
});

test('artifacts of several files keep their names', () => {
  expect(BuildArtifact.files({ path: 'a', name: 'a.zip', zip: true }, { path: 'b.txt', name: 'b.txt', zip: false })._definition()).toEqual({
    type: 'files', files: [{ path: 'a', name: 'a.zip', zip: true }, { path: 'b.txt', name: 'b.txt' }],
  });
});

test('a default parameter name has CloudFormation\'s letters and digits only', () => {
  const config = bind(Component.lambdaZip('@scope/my-orders_v2.api', { path: 'orders' }));
  expect(bindings(config)[0].name).toBe('ScopeMyOrdersV2ApiBucket');
});

describe('image', () => {
  test('is pulled by the accounts of the environments, and by no service', () => {
    const stack = testStack();
    const config = bind(Component.image('worker', { path: 'worker' }), stack, [OTHER_ACCOUNT]);
    expect([config.kind, config.privileged, bindings(config)]).toEqual(['image', true, [{ name: 'WorkerImageUri', part: 'location' }]]);
    const { Statement: statements } = resource(Template.fromStack(stack), 'AWS::ECR::Repository').Properties.RepositoryPolicyText;
    expect(statements.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['AccountsPull']);
  });

  test('is built as that of a function, and imported repositories are named', () => {
    const stack = testStack();
    const config = bind(Component.image('worker', { path: 'worker', repository: ecr.Repository.fromRepositoryName(stack, 'R', 'workers') }), stack, [OTHER_ACCOUNT]);
    expect(config.buildCommands).toEqual(bind(Component.lambdaImage('worker', { path: 'worker' })).buildCommands);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`let the accounts ${OTHER_ACCOUNT} pull from it`));
  });
});

test('a layer is a zip for the template to publish', () => {
  const config = bind(Component.layer('common', { path: 'common', runtime: lambda.Runtime.PYTHON_3_13 }));
  expect([config.kind, config.artifact._definition(), config.runtimeVersions]).toEqual(['layer', { type: 'zip', path: '.' }, { python: '3.13' }]);
  expect(bindings(config)).toEqual([{ name: 'CommonBucket', part: 'bucket' }, { name: 'CommonKey', part: 'key' }]);
});

test('a Flink application is one file, under a key of each build', () => {
  const config = bind(Component.flinkApplication('clicks', { path: 'clicks', code: 'target/app.jar', keyParameter: 'Jar' }));
  expect([config.kind, config.artifact._definition()]).toEqual(['flink-application', { type: 'file', path: 'target/app.jar' }]);
  expect(bindings(config)).toEqual([{ name: 'ClicksBucket', part: 'bucket' }, { name: 'Jar', part: 'key' }]);
});

test('a reference gives its text, and neither bucket nor key', () => {
  const catalogue = (parameter: LocationParameter) => () => new ComponentCatalogue(testStack(), 'Catalogue', {
    solution: 'shop', components: [Component.custom('ami', { path: 'ami', artifact: BuildArtifact.reference('ami.json'), parameters: [parameter] })],
  });
  expect(catalogue(LocationParameter.location('Ami'))).not.toThrow();
  expect(catalogue(LocationParameter.bucket('Ami'))).toThrow('a reference has neither bucket nor key: take the "location"');
});
