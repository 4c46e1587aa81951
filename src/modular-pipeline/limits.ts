import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { placesOf, Target } from '../environment/target';

export const MAX_STAGES = 50;
export const MAX_ACTIONS = 1000;
const MAX_RESOURCES = 500;

/** Numbers of a pipeline before it is made. */
export interface PipelineSize {
  readonly components: number;
  readonly environments: number;
  readonly stages: number;
  readonly actions: number;
}

/** Prepare and Deploy; gates add theirs. */
const ACTIONS_PER_PLACE = 2;

/** Stages and actions of environments, a record each included. */
export function environmentsSize(targets: readonly Target[]): { readonly stages: number; readonly actions: number } {
  return {
    stages: targets.reduce((sum, { waves }) => sum + waves.length, 0),
    actions: targets.length + placesOf(targets).length * ACTIONS_PER_PLACE,
  };
}

/** @throws where CodePipeline could not hold the pipeline */
export function checkPipelineSize(size: PipelineSize): void {
  const made = `${size.components} components and ${size.environments} environments make`;
  if (size.stages > MAX_STAGES) {
    throw new Error(`${made} ${size.stages} stages, and a pipeline holds at most ${MAX_STAGES}: `
      + 'spread the components or the environments over several pipelines. They can share both tables.');
  }
  if (size.actions > MAX_ACTIONS) {
    throw new Error(`${made} ${size.actions} actions, and a pipeline holds at most ${MAX_ACTIONS}: `
      + 'spread the components over several pipelines. They can share both tables.');
  }
}

/** What is wrong with the size of a stack, for `addValidation`: what else the stack holds is known only at the end. */
export function stackSizeProblems(scope: IConstruct, components: number): string[] {
  const stack = Stack.of(scope);
  const resources = stack.node.findAll().filter((child) => CfnResource.isCfnResource(child) && Stack.of(child) === stack).length;
  return resources <= MAX_RESOURCES ? [] : [
    `Stack ${JSON.stringify(stack.node.path)} has ${resources} resources, and CloudFormation takes at most ${MAX_RESOURCES}. `
    + `Its ModularPipeline has ${components} components, which take two resources each, and three with an ECR repository of their own: `
    + 'give the pipeline a stack of its own, pass repositories in, or spread the components over several pipelines. They can share both tables.',
  ];
}
