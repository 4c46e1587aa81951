/** What reads manifests and lockfiles, with the parsers for them: a bundle of its own. */
export { discover } from '../commands/discover';
export { replay } from '../commands/replay';
export { discoverWorkTree } from '../discovery';
export { readStaleness } from '../staleness';
export { makeTracedPlan, readTrace } from '../tracing';
