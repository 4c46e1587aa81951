/** Synthesizes one pipeline in a process of its own, and prints what came out as JSON: `tsx synth-case.ts <ours|peer> <components>`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

const env = { account: '111111111111', region: 'eu-west-1' };
const WAVE = 50;

export interface SynthFigures {
  /** Of the processor: what else runs on the machine has little part in it. */
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly resources: number;
  readonly largestStack: number;
  readonly largestTemplate: number;
  readonly roles: number;
  readonly projects: number;
  /** Characters of the longest policy of a role (IAM takes 10,240 in all inline ones), and of the longest managed one (6,144). */
  readonly inlinePolicy: number;
  readonly managedPolicy: number;
}

/** A tree of dependencies, three to each; the last is the template. */
function ours(stack: Stack, repository: codecommit.IRepository, count: number): void {
  const components = Array.from({ length: count - 1 }, (_, index) => Component.lambdaZip(`component-${index}`, {
    path: `packages/component-${index}`,
    dependsOn: index > 0 ? [`component-${Math.floor((index - 1) / 3)}`] : [],
    testCommands: ['npm test'],
  }));
  new ModularPipeline(stack, 'Pipeline', {
    solution: 'bench',
    source: PipelineSource.codeCommit(repository, { branch: 'main' }),
    components: [...components, Component.template('template.yml', { path: 'template.yml' })],
    environments: [{ name: 'live', env }],
  });
}

function peer(stack: Stack, repository: codecommit.IRepository, count: number): void {
  const input = pipelines.CodePipelineSource.codeCommit(repository, 'main');
  const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', { synth: new pipelines.ShellStep('Synth', { input, commands: ['true'] }), selfMutation: false });
  for (let start = 0; start < count; start += WAVE) {
    const wave = pipeline.addWave(`Wave${start / WAVE}`);
    for (let index = start; index < Math.min(start + WAVE, count); index++) {
      wave.addPost(new pipelines.CodeBuildStep(`component-${index}`, { input, commands: [`cd packages/component-${index}`, 'npm test'] }));
    }
  }
}

function main([kind, components]: readonly string[]): void {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const started = process.cpuUsage();
  // The peer's one stack would be refused beyond 500 resources.
  const app = new App({ outdir, context: { '@aws-cdk/core:stackResourceLimit': 0 } });
  const stack = new Stack(app, 'Stack', { env });
  const repository = codecommit.Repository.fromRepositoryName(stack, 'Repository', 'bench');
  (kind === 'ours' ? ours : peer)(stack, repository, Number(components));
  app.synth();
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const figures: SynthFigures = { milliseconds, megabytes, ...measure(outdir) };
  rmSync(outdir, { recursive: true });
  console.log(JSON.stringify(figures));
}

interface Resource { readonly Type: string; readonly Properties?: Record<string, unknown> }

function measure(outdir: string): Omit<SynthFigures, 'milliseconds' | 'megabytes'> {
  const files = readdirSync(outdir).filter((name) => name.endsWith('template.json')).map((name) => join(outdir, name));
  const stacks = files.map((file) => Object.values((JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> }).Resources));
  const all = stacks.flat();
  const of = (type: string) => all.filter(({ Type: candidate }) => candidate === type);
  const inline = [
    ...of('AWS::IAM::Role').map(({ Properties }) => characters((Properties?.Policies as { PolicyDocument: unknown }[] | undefined ?? []).map(({ PolicyDocument }) => PolicyDocument))),
    ...of('AWS::IAM::Policy').map(({ Properties }) => characters([Properties!.PolicyDocument])),
  ];
  return {
    resources: all.length,
    largestStack: Math.max(...stacks.map(({ length }) => length)),
    largestTemplate: Math.max(...files.map((file) => statSync(file).size)),
    roles: of('AWS::IAM::Role').length,
    projects: of('AWS::CodeBuild::Project').length,
    inlinePolicy: Math.max(0, ...inline),
    managedPolicy: Math.max(0, ...of('AWS::IAM::ManagedPolicy').map(({ Properties }) => characters([Properties!.PolicyDocument]))),
  };
}

/** As IAM counts: without white space, functions as the ARNs that they stand for (taken as 90 characters). */
function characters(documents: readonly unknown[]): number {
  const text = documents.map((document) => JSON.stringify(document, (_key, value: unknown) => {
    const [name] = typeof value === 'object' && value !== null && Object.keys(value).length === 1 ? Object.keys(value) : [];
    if (name === 'Fn::Join') {
      return (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'x'.repeat(90))).join('');
    }
    return name === 'Ref' || name === 'Fn::GetAtt' ? 'x'.repeat(90) : value;
  }));
  return text.reduce((sum, { length }) => sum + length, 0);
}

if (require.main === module) {
  main(process.argv.slice(2));
}
