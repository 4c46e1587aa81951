import { DefaultStackSynthesizer, Duration, Names, Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import { applicationsOf } from './applications';
import { ComponentCatalogue } from '../component/component-catalogue';
import { TEMPLATE_KIND } from '../component/kinds/template';
import { MAX_SOLUTION_NAME_LENGTH, solutionNameProblem } from '../core/names';
import { placesWithStacks, Target } from '../environment/target';
import { requireLiteral } from '../private/literal';

const MAX_PIPELINE_NAME_LENGTH = 100;

/** The solution's name: given, or the construct's path. */
export function solutionOf(scope: Construct, solution: string | undefined): string {
  const name = requireLiteral('solution', solution ?? Names.uniqueResourceName(scope, { maxLength: MAX_SOLUTION_NAME_LENGTH, separator: '-' }));
  const problem = solutionNameProblem(name);
  if (problem) {
    throw new Error(`solution is ${JSON.stringify(name)}: ${problem}.`);
  }
  return name;
}

/** The pipeline's name is known before the pipeline is: its functions need it, and it needs them. */
export function pipelineNameOf(solution: string, pipelineName: string | undefined): string {
  const name = requireLiteral('pipelineName', pipelineName ?? solution);
  if (!/^[A-Za-z0-9.@_-]+$/.test(name) || name.length > MAX_PIPELINE_NAME_LENGTH) {
    throw new Error(`pipelineName is ${JSON.stringify(name)}: CodePipeline takes letters, digits and . @ _ - only, at most ${MAX_PIPELINE_NAME_LENGTH}.`);
  }
  return name;
}

export function executionModeOf(mode: codepipeline.ExecutionMode = codepipeline.ExecutionMode.SUPERSEDED): codepipeline.ExecutionMode {
  if (mode === codepipeline.ExecutionMode.PARALLEL) {
    throw new Error('executionMode is PARALLEL: releases would overtake each other in an environment. Use SUPERSEDED or QUEUED.');
  }
  return mode;
}

/** Qualifier of the bootstrap whose roles deploy. */
export function qualifierOf(stack: Stack, qualifier: string | undefined): string {
  return requireLiteral('qualifier', qualifier ?? stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER);
}

export function reconcileIntervalOf(interval: Duration = Duration.minutes(15)): Duration {
  requireWhole('reconcileInterval', interval, 'minutes', 1);
  return interval;
}

export function planRetentionOf(retention: Duration = Duration.days(90)): Duration {
  requireWhole('planRetention', retention, 'days', 7);
  return retention;
}

/**
 * Names of the components whose templates are deployed, dependencies first.
 * @throws where there is none, and an environment has stacks; or there is one, and no environment has
 */
export function templatesOf(catalogue: ComponentCatalogue, targets: readonly Target[]): string[] {
  const templates = catalogue.componentNames.filter((name) => catalogue._bound(name).config.kind === TEMPLATE_KIND);
  const deployed = [...templates, ...applicationsOf(catalogue)];
  const haveStacks = placesWithStacks(targets).length > 0;
  if (deployed.length === 0 && haveStacks) {
    throw new Error('A pipeline deploys templates, and none of the components is of the kind Component.template or Component.cdkApp: add what is deployed, '
      + 'or give the environments other deployers.');
  }
  if (deployed.length > 0 && !haveStacks) {
    throw new Error(`Component ${JSON.stringify(deployed[0])} is deployed as stacks, and no environment has Deployer.cloudFormation() among its deployers: add it, or remove the component.`);
  }
  return templates;
}

/** @throws where an environment gives a template parameter that a component gives its location */
export function checkParameters(catalogue: ComponentCatalogue, targets: readonly Target[]): void {
  const takers = new Map(catalogue._catalogue.components.flatMap(({ name, build }) => (
    build!.parameters.map((parameter): [string, string] => [parameter.name, name])
  )));
  for (const target of targets) {
    const taken = Object.keys(target.parameters).find((name) => takers.has(name));
    if (taken !== undefined) {
      throw new Error(`Environment ${JSON.stringify(target.name)}: parameters ${JSON.stringify(taken)}: component ${JSON.stringify(takers.get(taken))} `
        + 'gives this parameter its location: remove it, or rename the component\'s.');
    }
  }
}

function requireWhole(name: string, duration: Duration, unit: 'minutes' | 'days', least: number): void {
  if (duration.isUnresolved()) {
    throw new Error(`${name} is known only at deployment: it must be a literal.`);
  }
  const value = unit === 'minutes' ? duration.toSeconds() / 60 : duration.toSeconds() / 86_400;
  if (!Number.isInteger(value) || value < least) {
    throw new Error(`${name} is ${duration.toHumanString()}: it takes whole ${unit}, at least ${least}.`);
  }
}
