/** Names of the environment variables that constructs set and run-time code reads. */

/** Of the functions. */
export const FUNCTION_ENV = {
  solution: 'SOLUTION',
  diffTable: 'DIFF_TABLE',
  deploymentsTable: 'DEPLOYMENTS_TABLE',
  artifactBucket: 'ARTIFACT_BUCKET',
  /** How the source is read: a `SourceReaderConfiguration`. */
  source: 'SOURCE',
  branch: 'BRANCH',
  pipeline: 'PIPELINE',
  /** A branch to compare with as well. Optional. */
  baselineBranch: 'BASELINE_BRANCH',
  /** How long plans are kept, in days. */
  planRetentionDays: 'PLAN_RETENTION_DAYS',
  /** Of the release function: set where a location that the template does not declare fails the release. */
  refusesUndeclared: 'REFUSES_UNDECLARED',
  /** Of the record function: set where it writes the page of what is live where. */
  reportPage: 'REPORT_PAGE',
  // Of the webhook function:
  /** ARN of the secret that the host shares. */
  webhookSecret: 'WEBHOOK_SIGNED_WITH',
  diffFunction: 'DIFF_FUNCTION',
  /** Set where tags are hints, too. */
  takesTags: 'TAKES_TAGS',
  // Of the builds function:
  /** What the names in `BuildTarget.role` follow in the roles' ARNs. */
  roleArnPrefix: 'ROLE_ARN_PREFIX',
  /** Builds that run at the same time, at most. */
  maxConcurrency: 'MAX_CONCURRENCY',
  /** The pipeline's own bucket, whose objects expire. */
  pipelineBucket: 'PIPELINE_BUCKET',
  /** ARN of the state machine that it starts. */
  stateMachine: 'STATE_MACHINE',
  /** Of the notifications function. */
  pipelineArn: 'PIPELINE_ARN',
} as const;

/** Of a component's build, set on its CodeBuild project. */
export const BUILD_ENV = {
  solution: 'MODULAR_SOLUTION',
  component: 'MODULAR_COMPONENT',
  diffTable: 'MODULAR_DIFF_TABLE',
  deploymentsTable: 'MODULAR_DEPLOYMENTS_TABLE',
  artifactBucket: 'MODULAR_ARTIFACT_BUCKET',
  /** `s3://` locations of the agent and the catalogue. */
  agent: 'MODULAR_AGENT',
  catalogue: 'MODULAR_CATALOGUE',
  /** Kinds that push an image: URI of the component's ECR repository. */
  repositoryUri: 'MODULAR_REPOSITORY_URI',
  /** Components built by a buildspec of the repository: its path there. */
  buildspec: 'MODULAR_BUILDSPEC',
  /** Builds that clone the repository: where from, a `CheckoutConfiguration` as JSON. */
  checkout: 'MODULAR_CHECKOUT',
  /** Likewise: the names of the component's own environment variables, which come before those of the buildspec. */
  variables: 'MODULAR_VARIABLES',
  /** Likewise: what the project was given for the buildspec's sake (`ProjectNeeds`), as JSON. */
  projectNeeds: 'MODULAR_PROJECT_NEEDS',
  // Set by the pipeline's action:
  commitId: 'MODULAR_COMMIT_ID',
  planId: 'MODULAR_PLAN_ID',
  pipelineExecutionId: 'MODULAR_PIPELINE_EXECUTION_ID',
  /** Builds that are no actions: the `s3://` location of the zip with the source. */
  source: 'MODULAR_SOURCE',
} as const;

/** What a component's own commands find in their environment. Public contract. */
export const COMMAND_ENV = {
  component: 'COMPONENT',
  /** The component's folder, absolute; commands start there. */
  componentDirectory: 'COMPONENT_DIRECTORY',
  buildNumber: 'BUILD_NUMBER',
  commitId: 'COMMIT_ID',
  fingerprint: 'FINGERPRINT',
  solution: 'SOLUTION',
  /** A JSON file: for each component this one depends on, its build number, location and digest. */
  dependenciesFile: 'DEPENDENCIES_FILE',
  /** Kinds that push an image: the repository's URI and the full URI to tag and push. */
  repositoryUri: 'REPOSITORY_URI',
  imageUri: 'IMAGE_URI',
  /** Kinds that store in S3. */
  artifactBucket: 'ARTIFACT_BUCKET',
  artifactPrefix: 'ARTIFACT_PREFIX',
} as const;

/** Set by the agent for the generated buildspec alone: `build` where the component's commands are to run, else `skip`. */
export const BUILD_ACTION = 'MODULAR_ACTION';
