import { promises as fs, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { begin } from './begin';
import { bringSource } from './bring-source';
import { readBuildspecFile, variablesOf } from './buildspec-file';
import { CommandShell } from './command-shell';
import { commandsEnvironment } from './commands-environment';
import { requireComponent } from './component';
import { finish } from './finish';
import { finishScript } from './finish-script';
import { ObjectStore } from './object-store';
import { packageTemplate } from './package-template/package-template';
import { BuildStore } from '../lambda/shared/build-store';
import { loadCatalogue } from '../lambda/shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from '../lambda/shared/clients';
import { optionalEnv, requireEnv } from '../lambda/shared/environment';
import { OutcomeStore } from '../lambda/shared/outcome-store';
import { PlanStore } from '../lambda/shared/plan-store';
import { ReleaseStore } from '../lambda/shared/release-store';
import { systemTiming } from '../lambda/shared/timing';
import { AGENT, AgentDecision } from '../src/contract/agent';
import { BUILD_ACTION, BUILD_ENV } from '../src/contract/environment';
import { packagedPrefix } from '../src/contract/objects';
import { runPhases } from '../src/core/buildspec/phases';
import { componentId } from '../src/core/names';
import { Build } from '../src/core/release';
import { exportVariables } from '../src/core/shell';

/** Everything that the environment of a build says, and the clients to act on it. */
function context() {
  // Which Node.js the agent runs on is not the user's concern, and the warning about the next one is ten lines in each log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const solution = requireEnv(BUILD_ENV.solution);
  const directory = requireEnv(AGENT.directory);
  const catalogue = loadCatalogue(join(directory, AGENT.catalogue), (path) => readFileSync(path, 'utf8'));
  const component = requireComponent(catalogue, requireEnv(BUILD_ENV.component));
  const pipelineExecutionId = requireEnv(BUILD_ENV.pipelineExecutionId);
  const artifactBucket = requireEnv(BUILD_ENV.artifactBucket);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG);
  const s3 = new S3Client(CLIENT_CONFIG);
  const deployments = { client, tableName: requireEnv(BUILD_ENV.deploymentsTable), solution, timing: systemTiming };
  return {
    solution,
    directory,
    catalogue,
    component,
    pipelineExecutionId,
    artifactBucket,
    repositoryUri: optionalEnv(BUILD_ENV.repositoryUri),
    sourceDirectory: sourceDirectory(),
    commitId: requireEnv(BUILD_ENV.commitId),
    planId: requireEnv(BUILD_ENV.planId),
    plans: new PlanStore({ client, tableName: requireEnv(BUILD_ENV.diffTable), solution, timing: systemTiming }),
    outcomes: new OutcomeStore(deployments, pipelineExecutionId),
    builds: new BuildStore(deployments),
    releases: new ReleaseStore(s3, artifactBucket),
    objects: new ObjectStore(s3, artifactBucket),
    s3,
  };
}

async function runBegin(): Promise<void> {
  const build = context();
  const { decision, dependencies, inputsDigest } = await begin(build);
  let variables: Record<string, string> = { [BUILD_ACTION]: 'skip' };
  if (decision.action === 'build') {
    await bringSource({ ...build, inputsDigest: inputsDigest!, location: optionalEnv(BUILD_ENV.source), checkout: optionalEnv(BUILD_ENV.checkout) });
    const dependenciesFile = join(build.directory, AGENT.dependencies);
    variables = commandsEnvironment({
      ...build,
      ...decision,
      dependenciesFile,
      componentDirectory: await componentDirectory(build.sourceDirectory, build.component.path),
    });
    await fs.writeFile(dependenciesFile, json(dependenciesByName(dependencies)));
  }
  await fs.writeFile(join(build.directory, AGENT.decision), json(decision));
  await fs.writeFile(join(build.directory, AGENT.environment), exportVariables(variables));
  // It may hold values of secrets, as the environment does.
  await fs.writeFile(join(build.directory, AGENT.finish), finishScript(process.execPath, resolve(process.argv[1]!), process.env), { mode: 0o600 });
  say(build.component.name, decision.action === 'skip' ? decision.reason : `build ${decision.buildNumber}`);
}

async function runFinish(): Promise<void> {
  const build = context();
  const decision = JSON.parse(await fs.readFile(join(build.directory, AGENT.decision), 'utf8')) as AgentDecision;
  if (decision.action === 'skip') {
    return;
  }
  const recorded = await finish({
    ...build,
    ...decision,
    componentDirectory: await componentDirectory(build.sourceDirectory, build.component.path),
    ecr: new ECRClient(CLIENT_CONFIG),
    environment: process.env,
    log: (line) => say(build.component.name, line),
    now: systemTiming.now(),
  });
  say(build.component.name, `build ${recorded.buildNumber} is recorded: ${recorded.location === '' ? 'it leaves no artifact' : recorded.location}`);
}

async function runFile(file: string): Promise<void> {
  const root = sourceDirectory();
  const { spec, notes } = readBuildspecFile(await fs.readFile(resolve(root, file), 'utf8'), file, optionalEnv(BUILD_ENV.projectNeeds));
  notes.forEach((note) => say(file, `Not used: ${note}`));
  const shell = new CommandShell(spec.shell, root, variablesOf(spec, process.env), requireEnv(AGENT.directory));
  const failure = await runPhases(spec, {
    run: async (command) => shell.run(command),
    set: (variables) => shell.set(variables),
    log: (line) => say(file, line),
  });
  if (failure !== undefined) {
    throw new Error(`${file} failed in ${failure.phase}: ${failure.message}`);
  }
}

async function runPackageTemplate(template: string, output: string): Promise<void> {
  const { solution, component, sourceDirectory: root, artifactBucket: bucket, objects } = context();
  await packageTemplate({
    directory: await componentDirectory(root, component.path),
    template,
    output,
    bucket,
    prefix: packagedPrefix(solution, componentId(component.name)),
    region: requireEnv('AWS_REGION'),
    objects,
    environment: process.env,
    log: (line) => say(component.name, line),
  });
}

/** The folder of a component, also of one whose path is a file. */
async function componentDirectory(root: string, path: string): Promise<string> {
  const absolute = resolve(root, path);
  try {
    return (await fs.stat(absolute)).isDirectory() ? absolute : dirname(absolute);
  } catch {
    throw new Error(`The component's path '${path}' is not in the repository at this commit. Remove the component, or correct its path.`);
  }
}

function dependenciesByName(builds: readonly Build[]) {
  const entries = builds.map(({ component, buildNumber, location, artifactDigest: digest }) => [component, { buildNumber, location, digest }]);
  return Object.fromEntries(entries) as Record<string, { buildNumber: number; location: string; digest?: string }>;
}

/** Where CodeBuild puts the source: the repository's root. */
function sourceDirectory(): string {
  return requireEnv('CODEBUILD_SRC_DIR');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function say(subject: string, text: string): void {
  process.stdout.write(`[${subject}] ${text}\n`);
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (command === 'begin' && rest.length === 0) {
    return runBegin();
  }
  if (command === 'finish' && rest.length === 0) {
    return runFinish();
  }
  if (command === 'run-buildspec' && rest.length === 1) {
    return runFile(rest[0]!);
  }
  if (command === 'package-template' && rest.length === 2) {
    return runPackageTemplate(rest[0]!, rest[1]!);
  }
  throw new Error(`Usage: agent begin | finish | run-buildspec FILE | package-template TEMPLATE OUTPUT. The arguments were ${JSON.stringify([command, ...rest].filter((word) => word !== undefined))}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`cdk-modular-pipeline: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
