import { PROMOTED } from '../../src/contract/events';
import { releaseKey } from '../../src/contract/objects';
import { PromotableRelease, promotedRelease, PromotionRecords } from '../../src/core/promoted-release';
import { formatPromotion, parsePromotion, Promotion, PromotionError } from '../../src/core/promotion';
import { BuildStore } from '../shared/build-store';
import { EnvironmentStore, LiveRelease as LiveItem } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';
import { ReleaseStore } from '../shared/release-store';

export interface PromoterProps {
  readonly solution: string;
  /** Names of the environments, in the order of deployment. */
  readonly environments: readonly string[];
  readonly live: EnvironmentStore;
  readonly builds: BuildStore;
  readonly releases: ReleaseStore;
  readonly executions: ExecutionStore;
  readonly pipeline: Pipeline;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Makes the release of an execution that deploys what was built before. */
export class Promoter {
  public constructor(private readonly props: PromoterProps) {}

  /**
   * Writes the execution's release, once. Returns its number.
   * @throws PromotionError where it can't be promoted
   */
  public async promote(promotion: Promotion, executionId: string): Promise<number> {
    const { solution, environments, live, releases, executions, now, logger } = this.props;
    const key = releaseKey(solution, executionId);
    const standing = await releases.get(key);
    if (standing !== undefined) {
      return standing.sequence;
    }
    if ('component' in promotion) {
      await this.assertNothingOlderUnderWay(promotion.environment, executionId);
    }
    const promoted = await promotedRelease(promotion, environments, this.records());
    const release = await releases.put(key, {
      version: 1,
      solution,
      planId: PROMOTED,
      sequence: await executions.sequence(executionId, 'promotion', await live.lastSequence(environments)),
      pipelineExecutionId: executionId,
      timestamp: now().toISOString(),
      ...promoted,
    });
    logger.info('Promotion', { promotion: formatPromotion(promotion), sequence: release.sequence, commit: release.commitId });
    return release.sequence;
  }

  /** A single build goes into what is live now: an execution that is further on could change that before this one arrives. */
  private async assertNothingOlderUnderWay(environment: string, executionId: string): Promise<void> {
    for (const other of await this.props.pipeline.underWay()) {
      if (other !== executionId && await this.isAhead(other)) {
        throw new PromotionError(`Execution ${other} is under way and may change '${environment}' before a single build could go into what is live there now.`
          + ' Wait for it or stop it, then start again.');
      }
    }
  }

  /** A rollback by AWS enters an environment's stage at once, and has no number before it is recorded. */
  private async isAhead(executionId: string): Promise<boolean> {
    const { executions, pipeline } = this.props;
    return await executions.find(executionId) !== undefined || await pipeline.rollbackTarget(executionId) !== undefined;
  }

  private records(): PromotionRecords {
    const { live, releases, builds } = this.props;
    return {
      live: async (environment) => fromItem(await live.read(environment)),
      wentLive: async (environment, sequence) => fromItem(await live.wentLive(environment, sequence)),
      release: async (key) => releases.get(key),
      builds: async (ids) => builds.deployed(ids),
    };
  }
}

function fromItem(item: LiveItem | undefined): PromotableRelease | undefined {
  return item && {
    sequence: item.Sequence,
    key: item.Release,
    ...(item.Promotion === undefined ? {} : { promotion: parsePromotion(item.Promotion) }),
  };
}
