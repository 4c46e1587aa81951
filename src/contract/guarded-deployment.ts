/** How the state machine of a guarded deployment and its function meet. */

/** In the folder of the function's code: what it deploys, and what it may destroy. */
export const DEPLOYMENT_FILE = 'deployment.json';

export interface DeploymentConfiguration {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly deployRoleArn: string;
  readonly executionRoleArn: string;
  readonly capabilities: readonly string[];
  readonly parameters: { readonly [name: string]: string };
  readonly allowTypes: readonly string[];
  readonly allowLogicalIds: readonly string[];
  /** Component whose build is the template; absent where the input names the template. */
  readonly component?: string;
}

/** What the state machine asks of the function. */
export interface DeploymentEvent {
  /**
   * `prepare`: make a change set of the template. `inspect`: read it, and judge it. `reject`: delete it. `execute`: execute it. `watch`: look how
   * far the stack is.
   */
  readonly step: 'prepare' | 'inspect' | 'reject' | 'execute' | 'watch';
  /** ARN of the state machine's execution: its change set and its operation are named after it. */
  readonly execution: string;
  /** When the execution began. */
  readonly started: string;
  /** Of `prepare`, where the template is no component's. */
  readonly templateUrl?: string;
  /** Of `prepare`, where it is: `s3://` location of the release. */
  readonly release?: string;
}

/** What the function answers. */
export interface DeploymentAnswer {
  /**
   * `pending`: ask again. Of `prepare`: `create`, `update`. Of `inspect`: `safe`, `refused`, `empty`. Otherwise `done`.
   */
  readonly verdict: 'pending' | 'create' | 'update' | 'safe' | 'refused' | 'empty' | 'done';
  /** Of `refused`: what would be destroyed. */
  readonly message?: string;
}
