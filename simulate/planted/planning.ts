import { changingAnswers, changingRequests, Defect, replaceMethod } from './defect';
import { HeadFollower } from '../../lambda/diff/head-follower';
import { Outstanding } from '../../lambda/diff/outstanding';
import { ExecutionStore } from '../../lambda/shared/execution-store';
import { Head } from '../../lambda/shared/head-store';
import { Pipeline } from '../../lambda/shared/pipeline';
import { NewPlan, PlanStore } from '../../lambda/shared/plan-store';
import { SourceUnreadableError } from '../../lambda/shared/source/errors';
import { SourceState, SourceStateStore } from '../../lambda/shared/source-state-store';
import { Catalogue } from '../../src/core/catalogue';
import type { PathChange } from '../../src/core/comparison';
import { ComponentGraph } from '../../src/core/graph';
import { Reason } from '../../src/core/reasons';
import { isServiceError } from '../services/service';
import { HostedSource } from '../world/hosted-source';
import type { System } from '../world/system';

/** Mistakes in finding what changed, in planning and in starting. */
export const PLANNING: readonly Defect[] = [
  {
    name: 'baseline-is-the-previous-commit',
    mistake: 'A head is compared with the commit before it (`oldCommitId`) instead of the last release that succeeded.',
    tamper: changingRequests('GetDifferences', (body, { repository }) => {
      body.beforeCommitSpecifier = repository.remembered(body.afterCommitSpecifier as string).parent ?? body.beforeCommitSpecifier;
    }),
  },
  {
    name: 'baseline-moves-when-triggered',
    mistake: 'A head is compared with the commit that was started last, whatever became of its execution.',
    tamper: changingRequests('GetDifferences', (body, { pipeline }: System) => {
      const started = pipeline.executions.filter(({ request }) => request.by === 'function');
      body.beforeCommitSpecifier = started[started.length - 1]?.request.commitId ?? body.beforeCommitSpecifier;
    }),
  },
  {
    name: 'first-page-of-differences',
    mistake: 'Only the first page of the differences is read.',
    tamper: changingAnswers('GetDifferences', (body) => {
      delete body.NextToken;
    }),
  },
  {
    name: 'old-side-of-renames-forgotten',
    isRare: true,
    mistake: 'Deleted paths, and with them the old side of a rename, do not count.',
    tamper: changingAnswers('GetDifferences', (body) => {
      body.differences = (body.differences as { changeType: string }[]).filter(({ changeType }) => changeType !== 'D');
    }),
  },
  {
    name: 'gone-baseline-means-nothing-changed',
    mistake: 'Where the baseline\'s commit is gone, nothing counts as changed.',
    isRare: true,
    tamper: (services) => async (service, operation, input) => {
      try {
        return await services(service, operation, input);
      } catch (error) {
        if (operation === 'GetDifferences' && isServiceError(error)) {
          return { differences: [] };
        }
        throw error;
      }
    },
  },
  {
    name: 'beyond-the-bound-means-nothing-changed',
    mistake: 'Where a Git host\'s commits cannot be compared, nothing counts as changed.',
    isRare: true,
    patch: () => replaceMethod(HostedSource.prototype, 'differences', (real) => async function* (this: HostedSource, before: string, after: string) {
      try {
        yield* Reflect.apply(real, this, [before, after]) as AsyncIterable<readonly PathChange[]>;
      } catch (error) {
        if (!(error instanceof SourceUnreadableError)) {
          throw error;
        }
      }
    }),
  },
  {
    name: 'host-left-alone-for-good',
    mistake: 'A host that could not be read is never read again.',
    patch: () => replaceMethod(SourceStateStore.prototype, 'write', (real) => async function (this: SourceStateStore, state: SourceState) {
      return Reflect.apply(real, this, [{ ...state, NotBefore: '2100-01-01T00:00:00.000Z' }]) as unknown;
    }),
  },
  {
    name: 'dependents-ignored',
    isRare: true,
    mistake: 'The dependents of what changed do not count as changed.',
    patch: () => replaceMethod(PlanStore.prototype, 'write', (real) => async function (this: PlanStore, plan: NewPlan, days: number) {
      const isOwn = ({ kind }: Reason) => kind !== 'Dependency' && kind !== 'TestDependency';
      return Reflect.apply(real, this, [{ ...plan, diffs: plan.diffs.filter(({ reasons }) => reasons.some(isOwn)) }, days]) as unknown;
    }),
  },
  {
    name: 'dependencies-left-out-of-fingerprints',
    mistake: 'A fingerprint does not hold what the build reads of other components.',
    patch: () => replaceMethod(ComponentGraph.prototype, 'buildDependencies', () => () => []),
  },
  {
    name: 'marker-before-diffs',
    isRare: true,
    mistake: 'A plan is called complete before its diffs are written.',
    tamper: changingRequests('PutItem', ({ Item: item }) => {
      const { Status: status } = item as { Status?: { S: string } };
      if (status?.S === 'Writing') {
        status.S = 'Complete';
      }
    }),
  },
  {
    name: 'plan-after-start',
    mistake: 'The pipeline is started before the plan is written.',
    patch: () => replaceMethod(HeadFollower.prototype, 'complete', (real) => async function (this: HeadFollower, head: { HeadCommitId: string; HeadNumber: number; Attempt: number }) {
      const { pipeline } = (this as unknown as { props: { pipeline: Pipeline } }).props;
      await pipeline.start({ type: 'COMMIT_ID', value: head.HeadCommitId }, `early-${head.HeadNumber}-${head.Attempt}`);
      return Reflect.apply(real, this, [head]) as unknown;
    }),
  },
  {
    name: 'start-without-token',
    mistake: 'The start of an execution carries no token, so that each repetition starts another one.',
    tamper: changingRequests('StartPipelineExecution', (body) => {
      delete body.clientRequestToken;
    }),
  },
  {
    name: 'head-written-unconditionally',
    isRare: true,
    mistake: 'The head is written without a condition, so that a late writer replaces a newer head by an older one.',
    tamper: changingRequests('PutItem', (body) => {
      if ((body.Item as { CommitId?: { S: string } }).CommitId?.S === 'head') {
        delete body.ConditionExpression;
        delete body.ExpressionAttributeNames;
        delete body.ExpressionAttributeValues;
      }
    }),
  },
  {
    name: 'catalogue-holds-for-every-commit',
    isRare: true,
    mistake: 'What commits change of the facts that the deployed catalogue was made of is not looked at.',
    programs: (real) => ({
      ...real,
      begin: async (props) => real.begin(trusting(props)),
      builds: (props) => real.builds(trusting(props)),
      diff: (props) => real.diff(trusting(props)),
      release: (props) => real.release(trusting(props)),
    }),
  },
  {
    name: 'no-reconcile',
    mistake: 'Nothing looks for what lost events left undone.',
    programs: (real) => ({
      ...real,
      diff: (props) => {
        const handler = real.diff(props);
        return {
          handle: async (event, remainingMs, invocation) => {
            if ((event as { action?: string }).action !== 'reconcile') {
              await handler.handle(event, remainingMs, invocation);
            }
          },
        };
      },
    }),
  },
  {
    name: 'lost-executions-forgotten',
    isRare: true,
    mistake: 'An execution of the head that was cancelled or superseded is not started again.',
    patch: () => replaceMethod(Pipeline.prototype, 'status', (real) => async function (this: Pipeline, id: string) {
      const status = await (Reflect.apply(real, this, [id]) as Promise<string | undefined>);
      return status === 'Cancelled' || status === 'Superseded' ? 'Succeeded' : status;
    }),
  },
  {
    name: 'revert-of-what-is-under-way',
    isRare: true,
    mistake: 'A head that does not differ from the baseline starts nothing, although another release is on its way.',
    patch: () => replaceMethod(Outstanding.prototype, 'isUnsettled', () => async () => false),
  },
  {
    name: 'unknown-executions-settled',
    isRare: true,
    mistake: 'An execution that the pipeline does not know any more, as it was made anew, counts as one that had its chance.',
    patch: () => replaceMethod(Outstanding.prototype, 'isLost', (real) => async function (this: Outstanding, head: Head, status: string | undefined) {
      return status !== undefined && await (Reflect.apply(real, this, [head, status]) as Promise<boolean>);
    }),
  },
  {
    name: 'first-environment-stands-for-all',
    isRare: true,
    mistake: 'A head that does not differ from the baseline starts nothing, although a later environment lacks the baseline.',
    patch: () => replaceMethod(Outstanding.prototype, 'isStranded', () => async () => false),
  },
  {
    name: 'execution-of-the-creation-not-adopted',
    mistake: 'What CodePipeline starts by itself when the pipeline is created goes on beside the head\'s own execution.',
    patch: () => replaceMethod(HeadFollower.prototype, 'adopt', () => async () => true),
  },
  {
    name: 'numbers-begin-again',
    isRare: true,
    mistake: 'Where the table of plans was emptied, executions are numbered from 1.',
    patch: () => replaceMethod(ExecutionStore.prototype, 'sequence', (real) => async function (this: ExecutionStore, id: string, kind: string) {
      return Reflect.apply(real, this, [id, kind, 0]) as unknown;
    }),
  },
];

/** A catalogue as if it had been written by hand. */
function trusting<T extends { readonly catalogue: Catalogue }>(props: T): T {
  const { foundAt: _foundAt, foundFrom: _foundFrom, references: _references, ...catalogue } = props.catalogue;
  return { ...props, catalogue };
}
