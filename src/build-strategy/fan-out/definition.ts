import { Aws } from 'aws-cdk-lib';
import { BUILD_ENV } from '../../contract/environment';

/** What the definition of the state machine refers to. */
export interface DefinitionProps {
  readonly functionArn: string;
  readonly logGroupName: string;
  readonly maxConcurrency: number;
}

/** Iterations of an inline Map that run at the same time, at most. */
const INLINE_CONCURRENCY = 40;

/** The state machine, as Amazon States Language. Its state holds what identifies the plan, the tranche, and the last answer. */
export function stateMachineDefinition(props: DefinitionProps): object {
  const map = (mode: string, suffix: string) => ({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' }, ...buildStates(props, suffix) },
    // Whether a component is built is what its outcome says: nothing is handed on.
    ResultPath: null,
    Next: 'Next tranche',
  });
  return {
    Comment: 'Builds the changed components of a plan, tranche by tranche.',
    StartAt: 'Find builds',
    States: {
      'Find builds': {
        ...invoke(props, { 'tranche.$': '$.tranche', ...PLAN }),
        ResultSelector: { 'answer.$': '$.Payload' },
        ResultPath: '$.found',
        Next: 'What to do',
      },
      'What to do': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.found.answer.step', StringEquals: 'inline', Next: 'Build' },
          { Variable: '$.found.answer.step', StringEquals: 'distributed', Next: 'Build many' },
          { Variable: '$.found.answer.step', StringEquals: 'done', Next: 'All built' },
        ],
        Default: 'Some not built',
      },
      'Build': {
        ...map('INLINE', ''),
        ItemsPath: '$.found.answer.builds',
        MaxConcurrency: Math.min(props.maxConcurrency, INLINE_CONCURRENCY),
      },
      'Build many': {
        ...map('DISTRIBUTED', ' of many'),
        ItemReader: {
          Resource: `arn:${Aws.PARTITION}:states:::s3:getObject`,
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { 'Bucket.$': '$.found.answer.bucket', 'Key.$': '$.found.answer.key' },
        },
        MaxConcurrency: props.maxConcurrency,
        ToleratedFailurePercentage: 100,
        Label: 'Builds',
      },
      'Next tranche': {
        Type: 'Pass',
        Parameters: { 'tranche.$': '$.found.answer.next', ...PLAN },
        Next: 'Find builds',
      },
      'All built': { Type: 'Succeed' },
      'Some not built': { Type: 'Fail', Error: 'ComponentsNotBuilt', CausePath: '$.found.answer.cause' },
    },
  };
}

const PLAN = {
  'commitId.$': '$.commitId', 'planId.$': '$.planId', 'pipelineExecutionId.$': '$.pipelineExecutionId', 'source.$': '$.source',
} as const;

/**
 * One build. Its failure is noted and ends nothing else: whether all is well is asked when no more builds are to be started. A build that failed before
 * its own commands ran is started again, as often as the function that takes the note says.
 */
function buildStates(props: DefinitionProps, suffix: string): object {
  return {
    StartAt: `Run build${suffix}`,
    States: {
      [`Run build${suffix}`]: {
        Type: 'Task',
        Resource: `arn:${Aws.PARTITION}:states:::codebuild:startBuild.sync`,
        Parameters: {
          'ProjectName.$': '$.project',
          'ServiceRoleOverride.$': '$.role',
          'EnvironmentVariablesOverride': Object.entries(VARIABLES).map(([Name, path]) => ({ Name, 'Type': 'PLAINTEXT', 'Value.$': path })),
          'LogsConfigOverride': { CloudWatchLogs: { 'Status': 'ENABLED', 'GroupName': props.logGroupName, 'StreamName.$': '$.id' } },
        },
        Retry: [THROTTLED],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: `Note failure${suffix}` }],
        OutputPath: null,
        End: true,
      },
      [`Note failure${suffix}`]: {
        ...invoke(props, {
          failure: {
            'component.$': '$.component',
            'pipelineExecutionId.$': '$.pipelineExecutionId',
            'error.$': '$.error.Error',
            'cause.$': '$.error.Cause',
            'starts.$': '$.starts',
          },
        }),
        ResultSelector: { 'answer.$': '$.Payload' },
        ResultPath: '$.noted',
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: `Not noted${suffix}` }],
        Next: `Start again?${suffix}`,
      },
      [`Start again?${suffix}`]: {
        Type: 'Choice',
        Choices: [{ Variable: '$.noted.answer.step', StringEquals: 'again', Next: `Wait${suffix}` }],
        Default: `Failed${suffix}`,
      },
      [`Wait${suffix}`]: { Type: 'Wait', SecondsPath: '$.noted.answer.seconds', Next: `Count${suffix}` },
      [`Count${suffix}`]: { Type: 'Pass', Parameters: { ...BUILD, 'starts.$': '$.noted.answer.starts' }, Next: `Run build${suffix}` },
      [`Failed${suffix}`]: { Type: 'Pass', OutputPath: null, End: true },
      // The outcome that is missing says enough.
      [`Not noted${suffix}`]: { Type: 'Pass', OutputPath: null, End: true },
    },
  };
}

/** An item of the maps, but for its count of starts. */
const BUILD = { 'component.$': '$.component', 'id.$': '$.id', 'project.$': '$.project', 'role.$': '$.role', ...PLAN } as const;

const VARIABLES = {
  [BUILD_ENV.component]: '$.component',
  [BUILD_ENV.commitId]: '$.commitId',
  [BUILD_ENV.planId]: '$.planId',
  [BUILD_ENV.pipelineExecutionId]: '$.pipelineExecutionId',
  [BUILD_ENV.source]: '$.source',
} as const;

/**
 * CodeBuild refuses a start: its rate, or its queue of builds, is exceeded, perhaps by the builds of others. Each waits for a time of its own, so that none
 * is always the last. Tried for about two hours, twice that at most.
 */
const THROTTLED = {
  ErrorEquals: [
    'CodeBuild.AccountLimitExceededException', 'CodeBuild.AWSCodeBuildException', 'CodeBuild.CodeBuildException', 'CodeBuild.SdkClientException',
    'CodeBuild.ThrottlingException', 'ThrottlingException',
  ],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  MaxAttempts: 50,
  JitterStrategy: 'FULL',
} as const;

function invoke({ functionArn }: DefinitionProps, payload: object): object {
  return {
    Type: 'Task',
    Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, Payload: payload },
    Retry: [{
      ErrorEquals: ['Lambda.AWSLambdaException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.SdkClientException', 'Lambda.ServiceException', 'Lambda.TooManyRequestsException'],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxDelaySeconds: 60,
      MaxAttempts: 8,
      JitterStrategy: 'FULL',
    }],
  };
}
