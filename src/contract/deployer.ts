import { RollbackRule } from '../core/delivery/deployer/decision';

/** How deployers, the function that delivers, and the builds that do the work meet. */

/** What one deployer brings to one place: a component's build. Fixed when the pipeline is synthesized. */
export interface DeliverySettings {
  /** The component's ID: unique in its place. */
  readonly id: string;
  readonly component: string;
  /** Whether it follows the place's stacks; otherwise it precedes them. */
  readonly afterStacks: boolean;
  readonly rollback: RollbackRule;
  /** Digest of the deployer's definition: a delivery with another one is delivered again. */
  readonly definition: string;
  /** Outputs of the place's stacks that it gets, by the variable's name. */
  readonly outputs: { readonly [variable: string]: string };
  /** The CodeBuild project that reports and deploys. */
  readonly project: string;
  /** The form of its report. `none`: it makes none, and what it changes is not known before. */
  readonly report: ReportForm;
  /** Whether `switch` follows `deploy`, once a person approved. */
  readonly switches?: true;
}

export type ReportForm = 'none' | 'changes' | 'terraform';

/** What a build of a delivery's project is to do. */
export type DeliveryStep = 'report' | 'deploy' | 'switch';

/** Variables of such a build. Public contract: projects of one's own read them. */
export const DELIVERY_ENV = {
  step: 'DELIVERY_STEP',
  /** Identifies the attempt and the step: a build is found by it. */
  attempt: 'DELIVERY_ATTEMPT',
  /** `s3://` address that the report is stored under, in the step `report`. */
  report: 'DELIVERY_REPORT',
  /** `s3://` address for what a step hands to a later one, such as a plan. */
  handover: 'DELIVERY_HANDOVER',
  /** `s3://` location of the component's artifact, which is also the source. */
  location: 'DELIVERY_LOCATION',
  environment: 'ENVIRONMENT',
  component: 'COMPONENT',
  buildNumber: 'BUILD_NUMBER',
  commitId: 'COMMIT_ID',
} as const;
