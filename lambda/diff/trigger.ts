import { PlanJobParameters, RingJobParameters } from '../../src/contract/events';
import { Job, jobOf, jobParameters } from '../shared/jobs';

/** What an event asks the diff function for. */
export type Trigger =
  /** See whether the branch's head needs a plan and an execution. */
  | { readonly kind: 'look'; readonly why: 'event' | 'reconcile'; readonly at?: Date }
  /** The same, as an action of a pipeline that waits for the answer. */
  | { readonly kind: 'ring'; readonly job: Job }
  /** Plan the head anew, with these components forced, and start the pipeline. */
  | { readonly kind: 'force'; readonly components: readonly string[] }
  /** Release the head, whatever was promoted since it was. */
  | { readonly kind: 'resume' }
  /** Make sure that an execution of the pipeline has a plan. */
  | { readonly kind: 'plan'; readonly job: Job };

/** The event is of a kind that the function knows, but is not well-formed; or it is of none that it knows. */
export class MalformedEventError extends Error {
  public readonly name = 'MalformedEventError';
}

/** Reads an event. Whatever made the branch move, or seem to, the event only makes the function look: it may be late, doubled or forged. */
export function triggerOf(event: unknown): Trigger {
  if (event === null || typeof event !== 'object') {
    throw new MalformedEventError(`The event has to be an object, but is ${JSON.stringify(event)}.`);
  }
  const job = jobOf(event);
  if (job !== undefined) {
    return { kind: isRing(job) ? 'ring' : 'plan', job };
  }
  const { action, components, at } = event as Record<string, unknown>;
  if (action === 'look') {
    return { kind: 'look', why: 'event', ...(typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at: new Date(at) } : {}) };
  }
  if (action === 'reconcile') {
    return { kind: 'look', why: 'reconcile' };
  }
  if (action === 'resume') {
    return { kind: 'resume' };
  }
  if (action === 'force') {
    if (!Array.isArray(components) || components.length === 0 || !components.every((name) => typeof name === 'string' && name !== '')) {
      throw new MalformedEventError(`The event {action:'force'} needs components, a list of names or ['*'], but has ${JSON.stringify(components)}.`);
    }
    return { kind: 'force', components: [...new Set(components as string[])].sort() };
  }
  throw new MalformedEventError('The event is of no kind that this function knows. Send {"action":"look"}, {"action":"reconcile"}, {"action":"resume"}'
    + ` or {"action":"force","components":[…]}; its keys are ${JSON.stringify(Object.keys(event))}.`);
}

function isRing({ userParameters }: Job): boolean {
  try {
    return (JSON.parse(userParameters) as Partial<RingJobParameters> | null)?.action === 'look';
  } catch {
    // Anyone who reads the parameters says what is wrong with them.
    return false;
  }
}

/** Parameters of the pipeline's Plan action. */
export function planParameters(job: Job): Pick<PlanJobParameters, 'commitId' | 'pipelineExecutionId' | 'promotion' | 'tag'> {
  const parameters = jobParameters(job, ['commitId', 'pipelineExecutionId', 'promotion']);
  return 'tag' in parameters ? { ...parameters, ...jobParameters(job, ['tag']) } : parameters;
}

/** Where the source artifact is, which the Plan action takes as its input. */
export function sourceLocation({ inputArtifacts: [source] }: Job): string {
  return source === undefined ? 'none' : `s3://${source.bucket}/${source.key}`;
}
