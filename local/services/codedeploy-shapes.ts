/** What CodeDeploy's API takes, as far as it is emulated; by its service model. */
export interface GetDeploymentGroupInput {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
}

export type ListDeploymentsInput = GetDeploymentGroupInput;

export interface GetDeploymentInput {
  readonly deploymentId: string;
}

export interface ContinueDeploymentInput extends GetDeploymentInput {
  readonly deploymentWaitType?: 'READY_WAIT' | 'TERMINATION_WAIT';
}

export interface CreateDeploymentInput extends GetDeploymentGroupInput {
  readonly description?: string;
  readonly revision?: {
    readonly s3Location?: { readonly bucket?: string; readonly key?: string; readonly bundleType?: string };
    readonly appSpecContent?: { readonly content?: string };
  };
}

/** A deployment group, as it was made. */
export interface DeploymentGroup {
  readonly platform: 'Server' | 'ECS';
  /** Whether a blue/green deployment waits before it gets the traffic. */
  readonly waits: boolean;
}
