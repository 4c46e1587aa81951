import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { BuildStrategy, Component, DeploymentEnvironment, ModularPipeline, ModularPipelineProps, PipelineSource } from '../../src';
import { DELIVERY_FILE, DeliveryConfiguration } from '../../src/contract/delivery';
import { EnvironmentConfiguration, ENVIRONMENTS_FILE } from '../../src/contract/objects';

export const ACCOUNT = '111111111111';
export const OTHER_ACCOUNT = '222222222222';
export const REGION = 'eu-west-1';

/** A stack in an account and Region. */
export function testStack(id = 'Stack'): Stack {
  return new Stack(new App(), id, { env: { account: ACCOUNT, region: REGION } });
}

/** What every pipeline needs, for tests of something else. */
export function pipelineProps(stack: Stack, overrides: Partial<ModularPipelineProps> = {}): ModularPipelineProps {
  return {
    solution: 'shop',
    source: testSource(stack),
    components: [Component.template('template.yml', { path: 'template.yml' })],
    environments: [environment('test')],
    // What most tests look at is the same under every strategy; those of fan-out are in test/build-strategy.
    buildStrategy: BuildStrategy.actions(),
    ...overrides,
  };
}

export function testSource(stack: Stack, branch = 'main'): PipelineSource {
  return PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch });
}

export function environment(name: string, overrides: Partial<DeploymentEnvironment> = {}): DeploymentEnvironment {
  return { name, env: { account: ACCOUNT, region: REGION }, stackName: `shop-${name}`, ...overrides };
}

/** A pipeline in a stack of its own. */
export function testPipeline(overrides: Partial<ModularPipelineProps> = {}): { stack: Stack; pipeline: ModularPipeline; template: Template } {
  const stack = testStack();
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, overrides));
  return { stack, pipeline, template: Template.fromStack(stack) };
}

/** What the delivery function finds next to its code. */
export function deliveryFile(made: Made): DeliveryConfiguration {
  return JSON.parse(fileOf(made, 'PipelineDelivery', DELIVERY_FILE)) as DeliveryConfiguration;
}

/** What the release function knows of the places. */
export function environmentsFile(made: Made): EnvironmentConfiguration[] {
  return JSON.parse(fileOf(made, 'PipelineRelease', ENVIRONMENTS_FILE)) as EnvironmentConfiguration[];
}

type Made = Pick<ReturnType<typeof testPipeline>, 'stack' | 'template'>;

/** A file beside a function's code. */
function fileOf({ stack, template }: Made, logicalId: string, file: string): string {
  const { S3Key: key } = resource(template, 'AWS::Lambda::Function', logicalId).Properties.Code;
  const assembly = (stack.node.root as unknown as { readonly outdir: string }).outdir;
  return readFileSync(join(assembly, `asset.${key.replace('.zip', '')}`, file), 'utf8');
}

/** One resource of a type, by the beginning of its logical ID. */
export function resource(template: Template, type: string, prefix = ''): any {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  if (found.length !== 1) {
    throw new Error(`${found.length} resources of type ${type} begin with ${JSON.stringify(prefix)}: ${found.map(([id]) => id).join(', ')}`);
  }
  return found[0][1];
}

/** The statements of a role's own policies. */
export function statementsOf(role: any): any[] {
  return role.Properties.Policies.flatMap((policy: any) => policy.PolicyDocument.Statement);
}

/** The actions that some statements allow, sorted. */
export function actionsOf(statements: any[]): string[] {
  return [...new Set<string>(statements.flatMap(({ Action }) => Action))].sort();
}

/** The stages of the one pipeline in a template, each as its name and its actions. */
export function stagesOf(template: Template): { name: string; actions: any[] }[] {
  return resource(template, 'AWS::CodePipeline::Pipeline').Properties.Stages.map(({ Name, Actions }: any) => ({ name: Name, actions: Actions }));
}
