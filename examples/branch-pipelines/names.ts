import { createHash } from 'node:crypto';

/** Branches that get a pipeline of their own begin so. */
export const PREFIX = 'feature/';

const MAX_LENGTH = 30;

/**
 * Name of a branch's solution and stacks: what CloudFormation takes of the branch's name, and a hash of all of it, so that no two branches have the same.
 * @throws for a branch that gets no pipeline
 */
export function solutionOf(branch: string): string {
  if (!branch.startsWith(PREFIX) || branch.length === PREFIX.length) {
    throw new Error(`Branch ${JSON.stringify(branch)} gets no pipeline: its name has to begin with ${PREFIX}.`);
  }
  const readable = branch.slice(PREFIX.length).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, MAX_LENGTH).replace(/-$/, '');
  const hash = createHash('sha256').update(branch).digest('hex').slice(0, 8);
  return ['shop', ...(readable === '' ? [] : [readable]), hash].join('-');
}
