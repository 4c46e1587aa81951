import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import type { GateBindOptions, GateConfig } from './gate';
import { PlainAction } from '../private/plain-action';

/** Options of `Gate.approval`. */
export interface ApprovalOptions {}

/** The approval's actions. */
export function approvalGate(_scope: Construct, { runOrder }: GateBindOptions, _options: ApprovalOptions): GateConfig {
  return {
    actions: [new PlainAction({
      actionName: 'Approve',
      category: codepipeline.ActionCategory.APPROVAL,
      provider: 'Manual',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 0, maxOutputs: 0 },
      runOrder,
      configuration: {},
    })],
  };
}
