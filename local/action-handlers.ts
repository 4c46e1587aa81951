import { Activity } from './activity';
import { Authority } from './authorization/authority';
import { ApprovalPolicy, Approvals, manualApproval } from './engine/actions/approval';
import { cloudFormation } from './engine/actions/cloud-formation';
import { codeBuild } from './engine/actions/code-build';
import { connectionSource } from './engine/actions/connection-source';
import { Jobs } from './engine/actions/jobs';
import { lambdaInvoke } from './engine/actions/lambda';
import { objectSource } from './engine/actions/object-source';
import { codeCommitSource } from './engine/actions/source';
import { stepFunctions } from './engine/actions/step-functions';
import { Alarms } from './engine/alarms';
import { Stacks } from './engine/cloud-formation/stacks';
import { BuildFaults } from './engine/code-build/build-faults';
import { Build } from './engine/code-build/project';
import { ActionHandler } from './engine/pipeline/action';
import { Repository } from './engine/repository';
import { Slots } from './engine/slots';
import { StateMachine } from './engine/step-functions/state-machine';
import { serviceTasks } from './engine/step-functions/tasks';
import { Provisioned } from './provision';
import { parseCommit } from './services/codecommit/commit';
import { CodeCommit } from './services/codecommit/service';
import { ResilienceHub } from './services/resilience-hub';
import { ObjectStore } from './services/s3/object-store';

/** What the actions of pipelines work with. */
export interface ActionServices {
  readonly activity: Activity;
  readonly authority: Authority;
  readonly objects: ObjectStore;
  readonly codeCommit: CodeCommit;
  /** What connections lead to. */
  readonly repository: () => Repository;
  readonly jobs: Jobs;
  readonly approvals: Approvals;
  readonly approvalPolicy: () => ApprovalPolicy;
  readonly stacks: Stacks;
  readonly alarms: Alarms;
  /** Where builds run. */
  readonly slots: Slots;
  readonly resilienceHub: ResilienceHub;
  readonly buildFaults: BuildFaults;
  /** Before a task of a state machine is tried again, in milliseconds. */
  readonly taskRetryDelay: number;
  /** What builds without a source begin with. */
  readonly emptyFolder: string;
  readonly onBuild: (build: Build, executionId: string) => void;
}

function buildServices({ projects }: Pick<Provisioned, 'projects'>, { slots, onBuild }: ActionServices) {
  return {
    project: (name: string) => projects.get(name),
    schedule: async <T>(build: () => Promise<T>) => slots.run(build),
    onBuild,
  };
}

/** The state machines, whose tasks are judged. */
export function stateMachines(resources: Provisioned, services: ActionServices): StateMachine[] {
  const { authority, slots, buildFaults, emptyFolder, objects, taskRetryDelay } = services;
  const tasks = serviceTasks({
    ...buildServices(resources, services),
    schedule: async (build, component) => buildFaults.run(component, buildFaults.hasQuota ? build : async () => slots.run(build)),
    functionByArn: (arn) => [...resources.functions.values()].find(({ options }) => options.arn === arn),
    emptyFolder,
    objects,
    further: services.resilienceHub.tasks,
  });
  return resources.stateMachines.map((resource) => new StateMachine(resource, authority.tasks(tasks, resource), taskRetryDelay));
}

/** What runs each kind of action, with every access judged. */
export function actionHandlers(
  { functions, projects }: Provisioned, machines: readonly StateMachine[], services: ActionServices,
): Record<string, ActionHandler> {
  const { activity, authority, objects, codeCommit, jobs, stacks, alarms } = services;
  const describe = (text: string) => {
    const { message, author, committer } = parseCommit(text);
    return { message, authorDate: author.date, committerDate: committer.date };
  };
  const builds = codeBuild(buildServices({ projects }, services));
  return authority.actions({
    'Source/CodeCommit': codeCommitSource({
      repository: (name) => codeCommit.repository(name),
      describe,
    }),
    'Source/CodeStarSourceConnection': connectionSource(services.repository, describe),
    'Source/S3': objectSource(objects),
    'Invoke/Lambda': lambdaInvoke({
      jobs,
      functionByName: (name) => functions.get(name),
      track: (invocation) => activity.track(invocation),
      credentials: (roleArn) => authority.credentials.of(roleArn),
      continuationDelay: 200,
    }),
    'Invoke/StepFunctions': stepFunctions((arn) => machines.find(({ resource }) => resource.arn === arn)),
    'Build/CodeBuild': builds,
    'Test/CodeBuild': builds,
    'Approval/Manual': manualApproval(services.approvals, services.approvalPolicy, async (work) => activity.parked(work)),
    'Deploy/CloudFormation': cloudFormation(stacks, alarms),
  });
}
