import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FunctionsProps } from './functions';
import { Target } from '../environment/target';

/** What the stages of the environments are made from. */
export interface EnvironmentStagesProps {
  readonly targets: readonly Target[];
  readonly source: codepipeline.Artifact;
  readonly release: codepipeline.Artifact;
  readonly recordFunction: lambda.IFunction;
  readonly commitId: string;
  readonly planId: string;
  /** What the pipeline's functions work with. */
  readonly functions: FunctionsProps;
}

