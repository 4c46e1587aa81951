import { HeadFollower } from './head-follower';
import { Planner } from './planner';
import { Promoter } from './promoter';
import { inEnvironments, NO_TAG, PlanJobParameters, PlanVariables, PROMOTED } from '../../src/contract/events';
import { DeployOnConfiguration } from '../../src/contract/objects';
import { parsePromotion } from '../../src/core/promotion';
import { restOfTag } from '../../src/core/tags/tag-pattern';
import { isWanted } from '../../src/core/tags/tag-state';
import { EnvironmentStore } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { Pipeline } from '../shared/pipeline';
import { plannedForExecution } from '../shared/planned-for';
import { SourceRepository } from '../shared/source/source-repository';
import { TagStateStore } from '../shared/tag-state-store';

/** Where the source is comes with the job, whatever is decided. */
type DecidedVariables = Omit<PlanVariables, 'source'>;

export interface PlanActionProps {
  readonly source: Pick<SourceRepository, 'pins'>;
  readonly planner: Planner;
  readonly promoter: Promoter;
  readonly executions: ExecutionStore;
  readonly follower: Pick<HeadFollower, 'adopt'>;
  readonly pipeline: Pipeline;
  readonly live: EnvironmentStore;
  /** Names of the environments, in the order of deployment. */
  readonly environments: readonly string[];
  /** What lets environments take a release that does not reach them by itself, by their names. */
  readonly deployOn?: { readonly [environment: string]: DeployOnConfiguration };
  /** What is known of the tags that environments take. */
  readonly tagStates?: Pick<TagStateStore, 'read'>;
}

/**
 * The pipeline's Plan action: numbers the execution, and makes sure that it has what it deploys: a plan of its commit, whoever started it,
 * or the release that it promotes.
 * A plan against an earlier baseline serves as well, as every release is complete: nothing is deployed that is not the commit's.
 */
export async function planExecution(
  { source, planner, promoter, executions, follower, pipeline, live, environments, deployOn = {}, tagStates }: PlanActionProps,
  { commitId: revision, pipelineExecutionId, promotion, tag }: Pick<PlanJobParameters, 'commitId' | 'pipelineExecutionId' | 'promotion' | 'tag'>,
): Promise<DecidedVariables> {
  const reached = environments.filter((name) => !Object.hasOwn(deployOn, name));
  const untagged = tagVariables(tag === undefined ? undefined : NO_TAG);
  const wish = parsePromotion(promotion);
  if (wish !== undefined) {
    const tagged = tagVariables(tag, Object.hasOwn(deployOn, wish.environment) ? deployOn[wish.environment] : undefined);
    if ('tag' in tagged && tagged.tag !== NO_TAG && 'release' in wish) {
      const known = await tagStates!.read(wish.environment);
      if (!isWanted(known?.state, { tag: tagged.tag, release: wish.release })) {
        await pipeline.stop(pipelineExecutionId, `Tag ${tagged.tag} does not ask for release ${wish.release} any more: it was moved, or a later one was found.`);
        return { ...NOTHING, commitId: revision, ...tagged };
      }
    }
    const sequence = await promoter.promote(wish, pipelineExecutionId);
    // What the source holds by now does not count, and may not even be readable.
    return { commitId: revision, planId: PROMOTED, sequence: String(sequence), builds: 'false', environments: inEnvironments([wish.environment]), ...tagged };
  }
  const commit = async () => await source.pins?.commitOf(revision) ?? revision;
  if (await pipeline.isByCreation(pipelineExecutionId) && !await follower.adopt(pipelineExecutionId, await commit())) {
    await pipeline.stop(pipelineExecutionId, 'CodePipeline started it when the pipeline was created. The branch\'s head has an execution of its own, or needs none.');
    return { ...NOTHING, commitId: await commit(), ...untagged };
  }
  const sequence = await executions.sequence(pipelineExecutionId, 'planned', await live.lastSequence(environments));
  const commitId = await commit();
  const plan = await planner.existing(commitId) ?? await planner.plan({ commitId, plannedFor: plannedForExecution(pipelineExecutionId), forced: [] });
  return { commitId, planId: plan.PlanId, sequence: String(sequence), builds: 'true', environments: inEnvironments(reached), ...untagged };
}

/** A tag that someone made up at a start by hand says nothing. */
function tagVariables(tag: string | undefined, deployOn?: DeployOnConfiguration): { readonly tag: string; readonly tagRest: string } | Record<string, never> {
  if (tag === undefined) {
    return {};
  }
  const rest = deployOn?.kind === 'tag' ? restOfTag(deployOn.pattern, tag) : undefined;
  return rest === undefined ? { tag: NO_TAG, tagRest: NO_TAG } : { tag, tagRest: rest };
}

/** Of an execution that is being stopped: no stage after this one does anything. */
const NOTHING: Omit<DecidedVariables, 'commitId'> = { planId: 'none', sequence: '0', builds: 'false', environments: '' };
