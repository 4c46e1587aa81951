import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { GateBindOptions, GateConfig } from './gate-config';
import { sharedConstruct } from './shared';
import { FUNCTION_ENV } from '../contract/environment';
import { ReviewJobParameters, ReviewVariables, SWITCH_ACTIONS, WaiveJobParameters } from '../contract/gates';
import { changeSetPrefix, releasePrefix, reviewKey, reviewPrefix } from '../contract/objects';
import { environmentKey } from '../contract/tables';
import { functionAction } from '../private/function-action';
import { allow, allowPattern, allowPublish } from '../private/grants';
import { PlainAction } from '../private/plain-action';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

/** When a person is asked. */
export enum ApprovalMode {
  /** Whenever there is something to deploy. */
  ALWAYS = 'ALWAYS',
  /** When the change set broadens permissions, or may. */
  BROADENING_PERMISSIONS = 'BROADENING_PERMISSIONS',
  /** When a resource is deleted or replaced, or may be, other than by design. The guard has to allow it as well. */
  REPLACEMENTS = 'REPLACEMENTS',
  /** Never. */
  NEVER = 'NEVER',
}

/** Options of `Gate.approval`. */
export interface ApprovalOptions {
  /**
   * When a person is asked.
   * @default ApprovalMode.ALWAYS
   */
  readonly mode?: ApprovalMode;

  /**
   * Whether the approval in the environment's first Region holds for its further Regions, which are asked only where they would do more than was approved
   * there. Each still makes and judges its own change sets when its turn comes.
   * @default false
   */
  readonly once?: boolean;

  /**
   * Name of the approval, such as `Security`, where an environment has several: letters and digits, at most 30. The actions are called after it.
   * @default - none: the actions are Review, Approve and Waive
   */
  readonly name?: string;

  /**
   * Who may answer it: they are granted that for this approval, and for no other. Others may where their own policies say so.
   * @default - no one is granted anything
   */
  readonly approvers?: iam.IGrantable[];

  /**
   * Topic for a message when an approval waits, with what would change: component by component and resource by resource.
   * @default - no message: the approval shows in the pipeline
   */
  readonly topic?: sns.ITopic;
}

/** CodePipeline takes no longer text. */
const MAX_TEXT = 1_000;

type Actions = Readonly<Record<'review' | 'approve' | 'waive', string>>;

function actionsOf(name: string | undefined): Actions {
  if (name !== undefined && !/^[A-Za-z0-9]{1,30}$/.test(name)) {
    throw new Error(`Gate.approval: name is ${JSON.stringify(name)}: it takes letters and digits, at most 30, such as "Security".`);
  }
  const called = (action: string) => (name === undefined ? action : `${action}-${name}`);
  return { review: called('Review'), approve: called('Approve'), waive: called('Waive') };
}

/**
 * Review, then the approval itself and, at once with it, what answers it where no approval is needed: an action cannot be skipped, and
 * an approval in a stage of its own would let another execution's change set come between.
 */
export function approvalGate(scope: Construct, options: GateBindOptions, approval: ApprovalOptions): GateConfig {
  const { mode = ApprovalMode.ALWAYS, once = false, topic, approvers = [] } = approval;
  const named = actionsOf(approval.name);
  if (mode === ApprovalMode.NEVER) {
    return {};
  }
  const approvals = approvalsOf(scope, options);
  grantReview(approvals, options);
  const approvalArn = `${pipelineArn(scope, options.pipelineName)}/${options.stageName}/${named.approve}${options.actionNameSuffix}`;
  approvers.forEach((grantee) => iam.Grant.addToPrincipal({ grantee, actions: ['codepipeline:PutApprovalResult'], resourceArns: [approvalArn] }));
  if (topic !== undefined) {
    allowPublish(approvals.role, topic);
  }
  const namespace = `${options.placeName.replaceAll('.', '@')}-${named.review}`;
  const variable = (name: keyof ReviewVariables) => `#{${namespace}.${name}}`;
  const page = pageUrl(scope, options);
  const review: ReviewJobParameters = {
    action: 'review',
    environment: options.environmentName,
    place: options.placeName,
    pipelineExecutionId: options.executionId,
    planId: options.planId,
    mode,
    page,
    topicArn: topic?.topicArn ?? '',
    // An environment's first place has its name.
    approvedIn: once && options.placeName !== options.environmentName ? options.environmentName : '',
  };
  return {
    runOrders: 2,
    actions: [
      functionAction({
        actionName: named.review,
        function: approvals.function,
        parameters: { ...review },
        input: options.release,
        variablesNamespace: namespace,
        runOrder: options.runOrder,
      }),
      ...question(approvals, options, {
        names: named, waiver: variable('waiver'), shown: { CustomData: variable('text'), ExternalEntityLink: page }, runOrder: options.runOrder + 1,
      }),
    ],
  };
}

/**
 * The approval between Deploy and Switch, and what answers it where nothing waits.
 * @param waiver variable of Deploy that says so
 * @param switches what waits, in words
 */
export function switchApproval(
  scope: Construct, options: GateBindOptions,
  { waiver, switches, runOrder }: { readonly waiver: string; readonly switches: readonly string[]; readonly runOrder: number },
): codepipeline.IAction[] {
  return question(approvalsOf(scope, options), options, {
    names: SWITCH_ACTIONS,
    waiver,
    shown: { CustomData: `What is new is there, and has no traffic yet: ${switches.join(', ')}. Approve to switch to it.`.slice(0, MAX_TEXT) },
    runOrder,
  });
}

interface Question {
  readonly names: { readonly approve: string; readonly waive: string };
  /** Why no approval is needed, or `ASK`. */
  readonly waiver: string;
  /** What the approval shows. */
  readonly shown: { readonly [name: string]: string };
  readonly runOrder: number;
}

/** An approval and, at once with it, what answers it where none is needed. */
function question(approvals: RuntimeFunction, options: GateBindOptions, { names, waiver, shown, runOrder }: Question): codepipeline.IAction[] {
  const { executionId, stageName, actionNameSuffix, pipelineName } = options;
  const approval = `${names.approve}${actionNameSuffix}`;
  const waive: WaiveJobParameters = { action: 'waive', pipelineExecutionId: executionId, stage: stageName, approval, waiver };
  allow(approvals.role, ['codepipeline:PutApprovalResult'], [`${pipelineArn(approvals.role, pipelineName)}/${stageName}/${approval}`]);
  return [
    new PlainAction({
      actionName: names.approve,
      category: codepipeline.ActionCategory.APPROVAL,
      provider: 'Manual',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 0, maxOutputs: 0 },
      runOrder,
      configuration: shown,
    }),
    functionAction({ actionName: names.waive, function: approvals.function, parameters: { ...waive }, runOrder }),
  ];
}

function approvalsOf(scope: Construct, options: GateBindOptions): RuntimeFunction {
  return sharedConstruct(scope, 'Approvals', (shared) => createFunction(shared, options));
}

function createFunction(scope: Construct, options: GateBindOptions): RuntimeFunction {
  const { solution, pipelineName, diffTable, deploymentsTable, artifactBucket, logRetention } = options;
  const created = new RuntimeFunction(scope, 'Approvals', {
    bundle: 'lambda/approval.lambda',
    description: `Tells approvers what releases of ${solution} would change`,
    files: {},
    environment: {
      [FUNCTION_ENV.solution]: solution,
      [FUNCTION_ENV.pipeline]: pipelineName,
      [FUNCTION_ENV.diffTable]: diffTable.tableName,
      [FUNCTION_ENV.deploymentsTable]: deploymentsTable.tableName,
      [FUNCTION_ENV.artifactBucket]: artifactBucket.bucketName,
    },
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention,
  });
  const { role } = created;
  created.allowAnswers();
  grantOnTable(role, {
    actions: ['dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [diffTable.tableArn], encryptionKey: diffTable.encryptionKey,
  });
  allowPattern(role, 'Releases and change sets are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
    artifactBucket.arnForObjects(`${releasePrefix(solution)}*`), artifactBucket.arnForObjects(`${changeSetPrefix(solution)}*`),
  ]);
  // With the right to list, S3 tells an object that is not there from one that may not be read.
  allow(role, ['s3:ListBucket'], [artifactBucket.bucketArn]);
  allowPattern(role, 'A page is stored under its execution\'s ID, which is not known yet.', ['s3:PutObject'], [
    artifactBucket.arnForObjects(`${reviewPrefix(solution)}*`),
  ]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
  allow(role, ['codepipeline:GetPipelineState'], [pipelineArn(scope, pipelineName)]);
  return created;
}

function grantReview({ role }: RuntimeFunction, options: GateBindOptions): void {
  const { solution, environmentName, deploymentsTable } = options;
  grantOnTable(role, {
    actions: ['dynamodb:GetItem'],
    resourceArns: [deploymentsTable.tableArn],
    encryptionKey: deploymentsTable.encryptionKey,
    leadingKeys: [environmentKey(solution, environmentName)],
  });
}

function pipelineArn(scope: Construct, pipelineName: string): string {
  return Stack.of(scope).formatArn({ service: 'codepipeline', resource: pipelineName, arnFormat: ArnFormat.NO_RESOURCE_NAME });
}

/** The page in S3's console: anyone who opens it has to be signed in, and it does not expire. */
function pageUrl(scope: Construct, { solution, placeName, executionId, artifactBucket }: GateBindOptions): string {
  const { region } = Stack.of(scope);
  const domain = region.startsWith('cn-') ? 'amazonaws.cn' : region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
  return `https://${region}.console.${domain}/s3/object/${artifactBucket.bucketName}?region=${region}&prefix=${reviewKey(solution, executionId, placeName)}`;
}
