import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IDependable } from 'constructs';
import { PlainAction } from './plain-action';

/** One action that runs a function of the pipeline. */
export interface FunctionActionProps {
  readonly actionName: string;
  readonly function: lambda.IFunction;
  readonly parameters: { readonly [name: string]: string };
  readonly variablesNamespace?: string;
  readonly runOrder?: number;
  readonly input?: codepipeline.Artifact;
  readonly output?: codepipeline.Artifact;
  /** What has to be there before the pipeline, whose creation starts it. */
  readonly dependencies?: readonly IDependable[];
}

/** Runs a function, which answers the pipeline when it is done. */
export function functionAction(props: FunctionActionProps): codepipeline.IAction {
  return new PlainAction({
    actionName: props.actionName,
    category: codepipeline.ActionCategory.INVOKE,
    provider: 'Lambda',
    resource: props.function,
    artifactBounds: { minInputs: 0, maxInputs: 5, minOutputs: 0, maxOutputs: 5 },
    inputs: props.input ? [props.input] : [],
    outputs: props.output ? [props.output] : [],
    variablesNamespace: props.variablesNamespace,
    runOrder: props.runOrder,
    configuration: { FunctionName: props.function.functionName, UserParameters: JSON.stringify(props.parameters) },
    statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.function.functionArn] })],
    onBound: (_options, pipeline) => pipeline.node.addDependency(...props.dependencies ?? []),
  });
}
