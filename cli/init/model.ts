/** A Lambda function's own settings, as far as its files show them. */
export interface FunctionSettings {
  /** Such as `nodejs22.x`. */
  readonly runtime: string;
  /** Such as `index.handler`. */
  readonly handler: string;
}

/** A component that the files of a repository show. */
export type FoundComponent = FoundBase & (
  | { readonly kind: 'lambdaImage' | 'stateMachine' }
  | { readonly kind: 'glueJob' }
  | ({ readonly kind: 'lambdaZip'; readonly artifactPath?: string } & FunctionSettings)
);

interface FoundBase {
  readonly name: string;
  readonly path: string;
  /** Globs, from the repository's root. */
  readonly exclude?: readonly string[];
  readonly testCommands?: readonly string[];
  readonly buildCommands?: readonly string[];
  /** Why it was taken for this kind: a file, and what is in it. */
  readonly evidence: string;
}

/** The CloudFormation template that is deployed. */
export interface FoundTemplate {
  readonly path: string;
  /** Names of the parameters that it declares. */
  readonly parameters: readonly string[];
  /** Globs of the files that it packages. */
  readonly include: readonly string[];
}

/** A CDK application whose stacks are deployed. */
export interface FoundApplication {
  readonly name: string;
  readonly path: string;
  readonly exclude: readonly string[];
  /** Where the kind's own commands do not build it. */
  readonly buildCommands?: readonly string[];
  /** Whether it has Dockerfiles, which become image assets. */
  readonly images: boolean;
}

/** What the files of a repository say about a pipeline for it. */
export interface FoundRepository {
  readonly components: readonly FoundComponent[];
  /** Absent where the repository has no template. */
  readonly template?: FoundTemplate;
  /** Deployed where the repository has no template. */
  readonly application?: FoundApplication;
  /** Whether there are packages that `ComponentDiscovery` finds. */
  readonly workspaces: boolean;
  /** Folders of packages that deploy by themselves, and become no components. */
  readonly excluded: readonly string[];
  /** What a person has to know or decide. */
  readonly notes: readonly string[];
}

/** Where commits come from. */
export type SourceSettings =
  | { readonly kind: 'codeCommit'; readonly repository: string }
  | { readonly kind: ConnectedHost; readonly repository: string; readonly connectionArn: string };

/** Factories of `PipelineSource` that take a connection. */
export type ConnectedHost = typeof CONNECTED_HOSTS[number];

export const CONNECTED_HOSTS = ['gitHub', 'gitHubEnterprise', 'gitLab', 'gitLabSelfManaged', 'bitbucket', 'azureDevOps', 'connection'] as const;

export interface EnvironmentSettings {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** All that a pipeline app is rendered from, besides what was found. */
export interface InitSettings {
  readonly solution: string;
  /** Folder of the app, from the repository's root. */
  readonly folder: string;
  readonly source: SourceSettings;
  readonly branch: string;
  /** Of the pipeline. */
  readonly account: string;
  readonly region: string;
  /** In the order of deployment. */
  readonly environments: readonly EnvironmentSettings[];
}

/** Stands for an account that no one named. AWS gives it to no one: a deployment with it is refused for want of credentials. */
export const PLACEHOLDER_ACCOUNT = '111111111111';

/** ID of a connection that no one named. */
export const PLACEHOLDER_CONNECTION = '00000000-0000-0000-0000-000000000000';
