import type { ServiceTask } from '../engine/step-functions/state-machine';

/** What Resilience Hub says of an application. */
export interface Resilience {
  readonly complianceStatus: 'PolicyMet' | 'PolicyBreached';
  /** Whether the stacks cannot be imported. */
  readonly failsImport?: boolean;
}

/** AWS Resilience Hub, as tasks of state machines call it: an import and an assessment take one look each. */
export class ResilienceHub {
  public resilience: Resilience = { complianceStatus: 'PolicyMet' };
  /** The stacks of each assessment. */
  public readonly assessed: (readonly string[])[] = [];
  private stacks: readonly string[] = [];
  private looks = 0;

  public readonly tasks: Readonly<Record<string, ServiceTask>> = {
    'aws-sdk:resiliencehub:importResourcesToDraftAppVersion': async ({ SourceArns: stacks }) => {
      this.stacks = stacks as string[];
      this.looks = 0;
      return { Status: 'Pending' };
    },
    'aws-sdk:resiliencehub:describeDraftAppVersionResourcesImportStatus': async () => ({
      Status: this.isFirstLook() ? 'InProgress' : this.resilience.failsImport === true ? 'Failed' : 'Success',
    }),
    'aws-sdk:resiliencehub:publishAppVersion': async () => ({ AppVersion: 'release' }),
    'aws-sdk:resiliencehub:startAppAssessment': async ({ AppArn: app }) => {
      this.assessed.push(this.stacks);
      this.looks = 0;
      return { Assessment: { AssessmentArn: String(app).replace(':app/', ':app-assessment/'), AssessmentStatus: 'Pending' } };
    },
    'aws-sdk:resiliencehub:describeAppAssessment': async ({ AssessmentArn: arn }) => ({
      Assessment: { AssessmentArn: arn, ...(this.isFirstLook() ? { AssessmentStatus: 'InProgress' } : { AssessmentStatus: 'Success', ComplianceStatus: this.resilience.complianceStatus }) },
    }),
  };

  private isFirstLook(): boolean {
    this.looks += 1;
    return this.looks === 1;
  }
}
