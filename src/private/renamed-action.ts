import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

/** An action under another name: the names of a stage's actions are distinct. */
export class RenamedAction implements codepipeline.IAction {
  constructor(private readonly action: codepipeline.IAction, private readonly rename: (name: string) => string) {}

  public get actionProperties(): codepipeline.ActionProperties {
    const { actionProperties } = this.action;
    return { ...actionProperties, actionName: this.rename(actionProperties.actionName) };
  }

  public bind(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    return this.action.bind(scope, stage, options);
  }

  public onStateChange(name: string, target?: events.IRuleTarget, options?: events.RuleProps): events.Rule {
    return this.action.onStateChange(name, target, options);
  }
}
