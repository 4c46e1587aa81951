import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Most characters of one value of an action's configuration. */
export const MAX_CONFIGURATION_VALUE_LENGTH = 1000;

/** An action as it is, with exactly the permissions it is given: the CDK's own actions grant whole families of S3 and Lambda actions. */
export interface PlainActionProps extends codepipeline.ActionProperties {
  readonly configuration: { readonly [key: string]: string };
  /** What the role that runs the action needs. */
  readonly statements?: readonly iam.PolicyStatement[];
  /** Called when the action becomes part of a pipeline. */
  readonly onBound?: (options: codepipeline.ActionBindOptions, pipeline: codepipeline.IPipeline) => void;
}

export class PlainAction extends codepipeline.Action {
  protected readonly providedActionProperties: codepipeline.ActionProperties;

  constructor(private readonly props: PlainActionProps) {
    super();
    const { configuration, statements, onBound, ...properties } = props;
    this.providedActionProperties = properties;
    for (const [key, value] of Object.entries(configuration)) {
      if (value.length > MAX_CONFIGURATION_VALUE_LENGTH) {
        throw new Error(`Action ${JSON.stringify(props.actionName)}: ${key} has ${value.length} characters, `
          + `and CodePipeline takes at most ${MAX_CONFIGURATION_VALUE_LENGTH}: use shorter names. It is ${value}`);
      }
    }
  }

  protected bound(_scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    this.props.statements?.forEach((statement) => options.role.addToPrincipalPolicy(statement));
    this.props.onBound?.(options, stage.pipeline);
    return { configuration: this.props.configuration };
  }
}
