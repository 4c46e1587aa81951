import { PlanJobParameters } from '../../src/contract/events';
import { Job, jobOf, jobParameters } from '../shared/jobs';

/** What an event asks the diff function for. */
export type Trigger =
  /** See whether the branch's head needs a plan and an execution. */
  | { readonly kind: 'look'; readonly why: 'event' | 'reconcile' }
  /** Plan the head anew, with these components forced, and start the pipeline. */
  | { readonly kind: 'force'; readonly components: readonly string[] }
  /** Make sure that an execution of the pipeline has a plan. */
  | { readonly kind: 'plan'; readonly job: Job }
  /** Nothing that concerns this function. */
  | { readonly kind: 'ignore'; readonly reason: string };

/** The event is of a kind that the function knows, but is not well-formed; or it is of none that it knows. */
export class MalformedEventError extends Error {
  public readonly name = 'MalformedEventError';
}

/** What is watched. */
export interface Watched {
  readonly repository: string;
  readonly branch: string;
}

const STATE_CHANGE = 'CodeCommit Repository State Change';

/** Reads an event. The rule and the action select already; this does not rely on it. */
export function triggerOf(event: unknown, watched: Watched): Trigger {
  if (event === null || typeof event !== 'object') {
    throw new MalformedEventError(`The event has to be an object, but is ${JSON.stringify(event)}.`);
  }
  const job = jobOf(event);
  if (job !== undefined) {
    return { kind: 'plan', job };
  }
  const { action, components, 'detail-type': detailType, detail } = event as Record<string, unknown>;
  if (action === 'reconcile') {
    return { kind: 'look', why: 'reconcile' };
  }
  if (action === 'force') {
    if (!Array.isArray(components) || components.length === 0 || !components.every((name) => typeof name === 'string' && name !== '')) {
      throw new MalformedEventError(`The event {action:'force'} needs components, a list of names or ['*'], but has ${JSON.stringify(components)}.`);
    }
    return { kind: 'force', components: [...new Set(components as string[])].sort() };
  }
  if (detailType === STATE_CHANGE) {
    return stateChange(detail, watched);
  }
  throw new MalformedEventError('The event is of no kind that this function knows. Send \'CodeCommit Repository State Change\', {"action":"reconcile"}'
    + ` or {"action":"force","components":[…]}; its keys are ${JSON.stringify(Object.keys(event))}.`);
}

function stateChange(detail: unknown, { repository, branch }: Watched): Trigger {
  const fields = ['event', 'repositoryName', 'referenceType', 'referenceName'] as const;
  const wrong = fields.find((field) => typeof (detail as Record<string, unknown> | null | undefined)?.[field] !== 'string');
  if (wrong !== undefined) {
    throw new MalformedEventError(`The event '${STATE_CHANGE}' lacks a text detail.${wrong}: ${JSON.stringify(detail)}.`);
  }
  const { event, repositoryName, referenceType, referenceName } = detail as Record<typeof fields[number], string>;
  if (repositoryName !== repository) {
    return { kind: 'ignore', reason: `It is about repository '${repositoryName}', not '${repository}'.` };
  }
  if (referenceType !== 'branch' || referenceName !== branch) {
    return { kind: 'ignore', reason: `It is about ${referenceType} '${referenceName}', not branch '${branch}'.` };
  }
  if (event !== 'referenceCreated' && event !== 'referenceUpdated') {
    return { kind: 'ignore', reason: `It is '${event}', which leaves no head to deploy.` };
  }
  return { kind: 'look', why: 'event' };
}

/** Parameters of the pipeline's Plan action. */
export function planParameters(job: Job): Pick<PlanJobParameters, 'commitId' | 'pipelineExecutionId' | 'promotion'> {
  return jobParameters(job, ['commitId', 'pipelineExecutionId', 'promotion']);
}
