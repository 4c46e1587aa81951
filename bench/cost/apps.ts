import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as s3Assets from 'aws-cdk-lib/aws-s3-assets';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { BuildArtifact, BuildStrategy, Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
import { Node, TEMPLATE } from './graph';

export const BRANCH = 'main';
const env = { account: '111111111111', region: 'us-east-1' };

/** CodePipeline's limit of actions in a stage. */
const WAVE = 50;

/** A pipeline to synthesize. */
export interface AppProps {
  readonly graph: readonly Node[];
  readonly environments: number;
  readonly strategy: BuildStrategy;
}

/** A solution of this library. */
export function modular({ graph, environments, strategy }: AppProps) {
  return (stack: Stack): void => {
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'cost',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'cost'), { branch: BRANCH }),
      components: graph.map(({ name, dependsOn }) => (name === TEMPLATE ? Component.template(TEMPLATE, { path: 'template.yml' }) : Component.custom(name, {
        path: name,
        dependsOn: dependsOn === undefined ? [] : [dependsOn],
        buildCommands: ['cp source artifact'],
        artifact: BuildArtifact.file('artifact'),
      }))),
      environments: environmentNames(environments).map((name) => ({ name, env, stackName: `cost-${name}` })),
      buildStrategy: strategy,
    });
  };
}

/** CDK Pipelines with a CodeBuild step for each component, in the order of their dependencies, and one asset. Everything else is its default. */
export function cdkPipelines({ graph, environments }: Omit<AppProps, 'strategy'>) {
  return (stack: Stack): void => {
    const input = pipelines.CodePipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'cost'), BRANCH);
    const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', { synth: new pipelines.ShellStep('Synth', { input, commands: ['npm ci', 'npx cdk synth'] }) });
    const names = graph.map(({ name }) => name);
    const dependsOn = new Map(graph.map((node) => [node.name, node.dependsOn]));
    for (let start = 0; start < names.length; start += WAVE) {
      const steps = new Map(names.slice(start, start + WAVE).map((name) => [name, new pipelines.CodeBuildStep(name, { input, commands: ['make'] })]));
      steps.forEach((step, name) => {
        const dependency = steps.get(dependsOn.get(name) ?? '');
        if (dependency !== undefined) {
          step.addStepDependency(dependency);
        }
      });
      pipeline.addWave(`Build${start / WAVE + 1}`, { post: [...steps.values()] });
    }
    for (const name of environmentNames(environments)) {
      const stage = new Stage(stack, name, { env });
      new s3Assets.Asset(new Stack(stage, 'Application'), 'Asset', { path: __filename });
      pipeline.addStage(stage);
    }
  };
}

function environmentNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `environment-${index + 1}`);
}

/** Synthesizes, gives the cloud assembly's folder, and deletes it. */
export async function withAssembly<T>(build: (stack: Stack) => void, use: (directory: string) => T | Promise<T>): Promise<T> {
  const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
  const judged = process.env.CDK_VALIDATION;
  // Nothing is deployed: the CDK need not judge it.
  process.env.CDK_VALIDATION = 'false';
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { '@aws-cdk/core:stackResourceLimit': 0 } });
    build(new Stack(app, 'Cost', { env }));
    app.synth();
    return await use(outdir);
  } finally {
    judged === undefined ? delete process.env.CDK_VALIDATION : process.env.CDK_VALIDATION = judged;
    rmSync(outdir, { recursive: true });
  }
}
