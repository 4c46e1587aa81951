import { HEAD_METRICS, METRICS_NAMESPACE, SOLUTION_DIMENSION } from '../../src/contract/metrics';
import { LiveRelease } from '../shared/environment-store';
import { Head } from '../shared/head-store';
import { LogFields } from '../shared/logger';
import { SourceState } from '../shared/source-state-store';

/** How long the branch's head has been waiting, as fields of a record that CloudWatch Logs takes metrics from (its embedded metric format). */
export function headMetrics(
  solution: string, head: Head, { live, source }: { readonly live?: LiveRelease; readonly source?: SourceState }, now: Date,
): LogFields {
  const since = (time: string) => Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
  const seconds = since(head.Timestamp);
  // What someone promoted is live on purpose.
  const settled = head.Status === 'NothingChanged' || live?.CommitId === head.HeadCommitId || live?.Promotion !== undefined;
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{
        Namespace: METRICS_NAMESPACE,
        Dimensions: [[SOLUTION_DIMENSION]],
        Metrics: Object.values(HEAD_METRICS).map((Name) => ({ Name, Unit: Name === HEAD_METRICS.blind ? 'Count' : 'Seconds' })),
      }],
    },
    [SOLUTION_DIMENSION]: solution,
    [HEAD_METRICS.unstarted]: head.Status === 'Planning' ? seconds : 0,
    [HEAD_METRICS.unreleased]: settled ? 0 : seconds,
    [HEAD_METRICS.unreadable]: source === undefined ? 0 : since(source.FailedSince),
    [HEAD_METRICS.blind]: head.BlindPlans ?? 0,
  };
}
