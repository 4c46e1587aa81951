/** What talks to AWS, with the SDK: a bundle of its own. */
export { allowCommand } from '../commands/allow';
export { deleteStack } from '../commands/delete-stack';
export { promote } from '../commands/promote';
export { report } from '../commands/report';
export { releases } from '../commands/releases';
export { resume } from '../commands/resume';
export { rollback } from '../commands/rollback';
export { source } from '../commands/source';
export { status } from '../commands/status';
export { planAgainstLive } from '../operations/live-plan';
export { planAsMarkdown } from '../operations/plan-markdown';
