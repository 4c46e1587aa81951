import { Authorizer } from './authorization/access';
import { ApprovalPolicy } from './engine/actions/approval';
import { BuildFaultOptions } from './engine/code-build/build-faults';
import { DeploymentGroup } from './services/codedeploy-shapes';

export interface LocalSystemOptions extends BuildFaultOptions {
  /** Folder of the synthesized cloud assembly. */
  readonly assembly: string;
  /** Folder of a Git repository, bare or not. Only read. */
  readonly repository: string;
  /** Branch that `moveBranch` moves. It does not exist before, but for `createdAt`. */
  readonly branch: string;
  /** Revision that the branch has when the pipeline is created: CodePipeline starts an execution of it by itself. @default - there is no branch yet */
  readonly createdAt?: string;
  /** @default - every approval is given */
  readonly approvals?: ApprovalPolicy;
  /** Use the stand-ins even where AWS CLI and Docker are installed. @default false */
  readonly standInsOnly?: boolean;
  /** Builds at once. @default - one for each processor */
  readonly buildConcurrency?: number;
  /** Further variables of the machine that builds run on, as an image may have some. @default - none */
  readonly machineVariables?: Readonly<Record<string, string>>;
  /** Deployment groups of CodeDeploy, as `APPLICATION/GROUP`. @default - every group that is asked for has one instance */
  readonly deploymentGroups?: Readonly<Record<string, DeploymentGroup>>;
  /** Values of secrets that builds are given, by what their variables name them with. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Most differences on a page of GetDifferences. @default 3 */
  readonly differencesPageSize?: number;
  /** Most changes on a page of DescribeChangeSet. @default 2 */
  readonly changesPageSize?: number;
  /** How long a minute lasts in which alarms are watched, in milliseconds. @default 100 */
  readonly alarmMinute?: number;
  /** Judges every access of every role. @default - all is allowed */
  readonly authorizer?: Authorizer;
  /** Whether the run goes on after an access that AWS would deny. @default false */
  readonly tolerateDenied?: boolean;
  /** Before a failed asynchronous invocation, or a task of a state machine, is tried again, in milliseconds. @default 100 */
  readonly retryDelay?: number;
}
