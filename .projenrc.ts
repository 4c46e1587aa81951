import { awscdk, DependencyType, javascript, JsonFile, release, YamlFile } from 'projen';
import { checkWorkflow } from './projenrc/check-workflow';
import { importZones, restrictedPackages } from './projenrc/import-directions';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-modular-pipeline',
  description: 'Modular deployments for the AWS CDK: after a merge, build, test, version and deploy only the components that changed.',
  author: 'cdk-modular-pipeline contributors',
  authorAddress: 'https://github.com/cdk-modular-pipeline/cdk-modular-pipeline',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-modular-pipeline/cdk-modular-pipeline.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'codepipeline', 'codebuild', 'codecommit', 'monorepo', 'continuous-deployment', 'modular-deployments'],
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  // A person releases, below 1.0.0 until it has run on live accounts.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  majorVersion: 0,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  workflowNodeVersion: '24',
  projenrcTs: true,

  // The least that works in all languages, found by trying: Python evaluates the types of inherited properties, and functions have newer ones
  // (`DurableConfig`) than 2.230.0.
  cdkVersion: '2.236.0',
  constructsVersion: '10.4.2',
  peerDependencyOptions: { pinnedDevDependency: false },
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  publishToPypi: { distName: 'cdk-modular-pipeline', module: 'cdk_modular_pipeline' },
  publishToMaven: {
    javaPackage: 'io.github.cdkmodularpipeline',
    mavenGroupId: 'io.github.cdk-modular-pipeline',
    mavenArtifactId: 'cdk-modular-pipeline',
  },
  publishToNuget: { dotNetNamespace: 'CdkModularPipeline', packageId: 'CdkModularPipeline' },
  publishToGo: { moduleName: 'github.com/cdk-modular-pipeline/cdk-modular-pipeline-go' },

  // picomatch is the only code that `lib/` itself needs beside the peers; all else is inside the bundles in `assets/`.
  bundledDeps: ['picomatch'],
  devDeps: [
    '@types/picomatch',
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-cloudwatch-logs',
    '@aws-sdk/client-codebuild',
    '@aws-sdk/client-codecommit',
    '@aws-sdk/client-codestar-connections',
    '@aws-sdk/client-codepipeline',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-ecr',
    '@aws-sdk/client-eventbridge',
    '@aws-sdk/client-health',
    '@aws-sdk/client-iam',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-s3',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-service-quotas',
    '@aws-sdk/client-sfn',
    '@aws-sdk/client-sns',
    '@aws-sdk/client-ssm',
    '@aws-sdk/client-sts',
    '@aws-sdk/lib-dynamodb',
    // Judges the calls of local runs in tests, and in them alone.
    '@cloud-copilot/iam-simulate',
    '@smithy/core',
    '@smithy/types',
    '@stryker-mutator/core',
    '@stryker-mutator/jest-runner',
    'ajv',
    'asl-validator',
    // Deploys the examples to an emulator, as users deploy their pipelines.
    'aws-cdk@^2.1148.1',
    'aws-local-stepfunctions',
    'aws-sdk-client-mock',
    'cdk-nag',
    'dynalite',
    'esbuild',
    'fast-check',
    'fast-xml-parser',
    'fflate',
    'js-yaml@^5.5.0',
    'smol-toml',
    'tsx',
    'yocto-spinner',
  ],

  githubOptions: { mergify: false },
  stale: false,
  // It is written by hand, as what else .github holds for people.
  pullRequestTemplate: false,
  depsUpgradeOptions: { workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY } },
  // `.github/workflows/check.yml` runs the whole check, by the script that everyone runs.
  buildWorkflow: false,
  sampleCode: false,
  npmignoreEnabled: false,
  jestOptions: {
    passWithNoTests: false,
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      roots: ['<rootDir>/test'],
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testTimeout: 300_000,
      // One less than there are processors is jest's own choice: half of a small machine would idle.
      maxWorkers: '100%',
      setupFiles: ['<rootDir>/test/support/setup.ts'],
      // `npm run emulated` runs these, against an emulator that is installed for them.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/emulated/'],
    },
  },
  // Types are checked once, by `tsc`, and not again by each of jest's workers (`isolatedModules`).
  typecheckTests: true,
  eslintOptions: { dirs: ['src', 'lambda', 'agent', 'cli', 'local', 'simulate', 'examples', 'bench/scale', 'bench/cost', 'projenrc'], devdirs: ['test'] },
  tsconfigDev: {
    include: ['../lambda/**/*.ts', '../agent/**/*.ts', '../cli/**/*.ts', '../local/**/*.ts', '../examples/*/*.ts', '../simulate/**/*.ts', '../bench/scale/**/*.ts', '../bench/cost/**/*.ts', '../projenrc/**/*.ts', '../.projenrc.ts'],
    compilerOptions: {
      isolatedModules: true,
      // The examples import the package by its name, as its users do.
      paths: { 'cdk-modular-pipeline': ['../src/index.ts'] },
    },
  },
  gitignore: ['cdk.out/', '.DS_Store', '/.local/', '/.stryker-tmp/', '.jsii.tabl.json', '/.npmignore'],
  // The API is compared with the last release's before the next is published.
  postBuildSteps: [{ name: 'Compare the API with the last release', run: 'npx projen compat' }],
});
// The project itself is built and tested with the newest; `.ci/languages.sh` tests the least.
project.deps.removeDependency('aws-cdk-lib', DependencyType.BUILD);
project.addDevDeps('aws-cdk-lib@2.276.0', 'constructs@10.5.1');
// Its next release came without the packages of most platforms, which `npm ci` wants all of.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// What users get, and nothing else.
// The tablet holds the examples' translations, which the packages of other languages take from it.
project.package.addField('files', ['.jsii', '.jsii.tabl.json', 'API.md', 'assets', 'lib', 'schema']);
// Coverage is asked for by `npx jest --coverage`: it doubles the time of every run.
project.jest!.config.collectCoverage = false;

// ---- run-time code: bundled here, so that a consumer's synth needs neither esbuild nor Docker ----
// Handlers, agent and command line carry the SDK they were tested with rather than the one a Lambda runtime happens to have.
// ES modules first: unused parts of the SDK's clients are left out of them.
const addBundle = (entry: string, options: Partial<javascript.AddBundleOptions> = {}) => project.bundler.addBundle(entry, {
  platform: 'node',
  target: 'node20',
  minify: true,
  watchTask: false,
  tsconfigPath: 'test/tsconfig.json',
  ...options,
  esbuildArgs: { '--main-fields': 'module,main', '--metafile': `node_modules/.cache/bundles/${entry.replaceAll('/', '-')}.json` },
});
for (const name of ['builds', 'release', 'record', 'delivery', 'approval', 'calendar', 'health', 'guarded-deployment', 'notifications', 'webhook']) {
  addBundle(`lambda/${name}.lambda.ts`);
}
// Lockfiles are traced by a file of its own, so that the parsers add nothing to the start of the function.
addBundle('lambda/diff.lambda.ts', { externals: ['./tracing'] });
addBundle('lambda/diff/tracing.ts');
addBundle('agent/agent.ts');
// The command starts fast because what needs libraries, the SDK above all, is a file of its own, loaded when it is called for.
addBundle('cli/cdk-modular-pipeline.ts', { executable: true, banner: '#!/usr/bin/env node', externals: ['../parts/*'] });
for (const part of ['analysis', 'doctor', 'operations', 'review']) {
  addBundle(`cli/parts/${part}.ts`);
}
// Whose code is in the bundles, and under which licenses.
project.bundler.bundleTask.exec('tsx --tsconfig test/tsconfig.json projenrc/third-party-licenses/generate.ts');
project.addBins({ 'cdk-modular-pipeline': 'assets/cli/cdk-modular-pipeline/index.js' });

// ---- GitHub ----
new YamlFile(project, '.github/workflows/check.yml', { obj: checkWorkflow });

// ---- lint: who may import whom ----
// The linter takes the nearest tsconfig.json of each file.
for (const dir of ['lambda', 'agent', 'cli', 'local', 'simulate', 'examples', 'bench/scale', 'bench/cost']) {
  new JsonFile(project, `${dir}/tsconfig.json`, { obj: { extends: `${'../'.repeat(dir.split('/').length)}test/tsconfig.json`, include: ['**/*.ts'] }, marker: false });
}
// What is bundled, or run from the checkout alone, takes its packages from the development dependencies.
for (const part of ['lambda', 'agent', 'cli', 'local', 'simulate', 'bench/scale', 'bench/cost']) {
  project.eslint!.allowDevDeps(`${part}/**`);
}
project.eslint!.config.settings['import/resolver'].typescript.project = './test/tsconfig.json';
project.eslint!.addRules({
  'import/no-restricted-paths': ['error', { basePath: '.', zones: importZones() }],
  '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
});
// Git's formats are made of bits.
project.eslint!.addOverride({ files: ['lambda/shared/source/git/**', 'test/lambda/source/git/**'], rules: { 'no-bitwise': 'off' } });
// Its packages are the root's, although bench/ has a package.json of its own for the peers.
project.eslint!.addOverride({ files: ['bench/scale/**', 'bench/cost/**'], rules: { 'import/no-extraneous-dependencies': 'off' } });
for (const { files, patterns, message } of restrictedPackages) {
  project.eslint!.addOverride({ files, rules: { 'no-restricted-imports': ['error', { patterns: [{ group: patterns, message }] }] } });
}

// ---- tasks ----
// The examples of README and docstrings compile, or the build fails.
project.postCompileTask.exec('jsii-rosetta extract --strict');
project.testTask.prependSpawn(project.preCompileTask);
project.addTask('test:unit', {
  description: 'Run the tests that need neither bundles nor servers: the first to be green',
  exec: 'jest test/core test/lockfile test/discovery test/private/grants.test.ts',
  receiveArgs: true,
});
project.watchTask.reset();
project.watchTask.exec('tsx --tsconfig test/tsconfig.json projenrc/watch.ts');
project.addTask('languages', {
  description: 'Compare what applications in Python, Java and Go synthesize with what TypeScript\'s does: -- python java go dotnet',
  exec: '.ci/languages.sh',
  receiveArgs: true,
});
project.addTask('synth', {
  description: 'Synthesize every example into examples/<case>/cdk.out',
  steps: [{ spawn: project.bundler.bundleTask.name }, { exec: 'tsx --tsconfig test/tsconfig.json local/synth-examples.ts', receiveArgs: true }],
});
project.addTask('local', {
  description: 'Run a synthesized assembly on this machine against a Git repository',
  exec: 'tsx --tsconfig test/tsconfig.json local/main.ts',
  receiveArgs: true,
});
project.addTask('demo', {
  description: 'Tell the whole story on this machine: what a merge builds, versions, deploys and records',
  steps: [{ spawn: project.bundler.bundleTask.name }, { exec: 'tsx --tsconfig test/tsconfig.json local/demo/main.ts', receiveArgs: true }],
});

project.addTask('permissions', {
  description: 'Judge every call of a pipeline\'s life by the synthesized policies, and list the permissions that none of them uses',
  steps: [{ spawn: project.bundler.bundleTask.name }, { exec: 'tsx --tsconfig test/tsconfig.json test/permissions/main.ts' }],
});
project.addTask('validate', {
  description: 'Judge every synthesized template by what others keep: cfn-lint with the schemas of CloudFormation, and the models of its services',
  steps: [{ spawn: 'synth' }, { exec: '.ci/validate.sh templates' }],
});
project.addTask('emulated', {
  description: 'Deploy the examples to MiniStack by the CDK\'s command line, and release, promote and roll back there with the published bundles',
  steps: [{ spawn: 'synth' }, { exec: 'jest --config test/emulated/jest.config.json', receiveArgs: true }],
});
project.addTask('simulate', {
  description: 'Drive the functions and the agent through random histories, and check what must hold',
  exec: 'tsx --tsconfig test/tsconfig.json simulate/main.ts',
  receiveArgs: true,
});
project.addTask('fuzz', {
  description: 'Give hostile inputs to whatever reads events, catalogues, paths and files, and list what became of them',
  exec: 'tsx --tsconfig test/tsconfig.json test/fuzz/main.ts',
  receiveArgs: true,
});
project.addTask('mutate', {
  description: 'Plant defects in sources, one at a time, and list those that no test notices: -- [PATH...]',
  exec: 'tsx --tsconfig test/tsconfig.json test/mutation/main.ts',
  receiveArgs: true,
});
project.addTask('lockfile-oracle', {
  description: 'Compare what tracing says of generated workspaces with what npm, pnpm, Yarn and bun install: -- --pairs N --seed TEXT',
  exec: 'tsx --tsconfig test/tsconfig.json test/lockfile/oracle/main.ts',
  receiveArgs: true,
});
project.addTask('bench', {
  description: 'Measure this project beside its peers: the tables of docs/performance.md',
  steps: [
    { spawn: project.bundler.bundleTask.name },
    { exec: 'tsx --tsconfig test/tsconfig.json bench/scale/main.ts' },
    { exec: 'npm ci --ignore-scripts --no-audit --no-fund', cwd: 'bench' },
    { exec: 'npm run affected --', cwd: 'bench', receiveArgs: true },
  ],
});

project.addTask('cost', {
  description: 'Price a merge beside peers: the tables of docs/cost.md, or one merge: -- --components N --depth N --changed N [--json]',
  steps: [
    // Standard output is the figures' alone.
    { exec: 'projen bundle 1>&2' },
    { exec: 'tsx --tsconfig test/tsconfig.json bench/cost/main.ts', receiveArgs: true },
  ],
});

project.addTask('schema', {
  description: "Write the catalogue's JSON Schema and its validator from their source",
  exec: 'tsx --tsconfig test/tsconfig.json projenrc/catalogue-schema/generate.ts',
});

project.addTask('resource-types', {
  description: "Write the tables of resource types from CloudFormation's resource schemas",
  exec: 'tsx --tsconfig test/tsconfig.json projenrc/resource-types/generate.ts',
  receiveArgs: true,
});

// Only the npm package is built here; the other languages' packages are made from it by the release workflow.
project.tasks.tryFind('package-all')?.reset('projen package:js');
// There are no snapshots.
project.removeTask('test:update');

project.synth();
