/** What CodeDeploy's API takes, as far as it is emulated; by its service model. */
export interface GetDeploymentGroupInput {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
}

export type ListDeploymentsInput = GetDeploymentGroupInput;

export interface GetDeploymentInput {
  readonly deploymentId: string;
}

export interface CreateDeploymentInput extends GetDeploymentGroupInput {
  readonly description?: string;
  readonly revision?: { readonly s3Location?: { readonly bucket?: string; readonly key?: string; readonly bundleType?: string } };
}
