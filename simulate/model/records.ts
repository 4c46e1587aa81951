import { text } from './items';
import type { Promotions } from './promotions';
import { Violation } from './violation';
import type { Release } from '../../src/core/release';
import type { StoredItem } from '../services/dynamodb-memory';
import type { Execution } from '../world/execution';

export interface RecordsProps {
  readonly findExecution: (id: string) => Execution | undefined;
  readonly readRelease: (key: string) => Release | undefined;
}

/** What is written of environments and builds. */
export class Records {
  public constructor(private readonly props: RecordsProps, private readonly promotions: Promotions) {}

  public checkEnvironment(before: StoredItem | undefined, after: StoredItem | undefined): void {
    if (after === undefined) {
      throw new Violation('baselines move forward', 'an environment\'s record was deleted');
    }
    const environment = text(after, 'Environment')!;
    const isCurrent = Number(after.BuildNumber!.N) === 0;
    if (isCurrent && before !== undefined && Number(after.Sequence!.N) < Number(before.Sequence!.N)) {
      throw new Violation('baselines move forward', `${environment} went from ${before.Sequence!.N} back to ${after.Sequence!.N}`);
    }
    this.checkDeployed(environment, text(after, 'PipelineExecutionId')!, 'is recorded as live');
    const release = this.props.readRelease(text(after, 'Release')!);
    if (release?.commitId !== text(after, 'CommitId')) {
      throw new Violation('only what was deployed is recorded', `${environment}: the recorded release is of ${release?.commitId}, not ${text(after, 'CommitId')}`);
    }
    if (isCurrent) {
      this.promotions.recorded(environment, this.props.findExecution(text(after, 'PipelineExecutionId')!)!, text(after, 'Promotion'), release!);
    }
  }

  public checkBuild(before: StoredItem | undefined, after: StoredItem | undefined): void {
    const name = `build ${(after ?? before!).BuildNumber!.N} of ${text((after ?? before)!, 'Component')}`;
    if (after === undefined) {
      throw new Violation('builds are never rewritten', `${name} was deleted`);
    }
    for (const attribute of ['Location', 'Fingerprint', 'CommitId', 'PipelineExecutionId', 'ArtifactDigest']) {
      if (before !== undefined && text(before, attribute) !== text(after, attribute)) {
        throw new Violation('builds are never rewritten', `${attribute} of ${name} was ${text(before, attribute)} and became ${text(after, attribute)}`);
      }
    }
    const deployments = (after.Deployments?.M ?? {}) as Record<string, { M: StoredItem }>;
    for (const [environment, { M: record }] of Object.entries(deployments)) {
      this.checkDeployed(environment, text(record, 'PipelineExecutionId')!, `has ${name} recorded`);
    }
  }

  private checkDeployed(environment: string, executionId: string, what: string): void {
    if (this.props.findExecution(executionId)?.deployedIn.has(environment) !== true) {
      throw new Violation('only what was deployed is recorded', `${executionId} ${what} in ${environment}, where it was not deployed everywhere`);
    }
  }
}
