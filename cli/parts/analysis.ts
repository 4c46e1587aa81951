/** What reads manifests, lockfiles and buildspecs, with the parsers for them: a bundle of its own. */
export { buildspecNeeds } from '../buildspec-needs';
export { discover } from '../commands/discover';
export { init } from '../commands/init';
export { replay } from '../commands/replay';
export { discoverWorkTree } from '../discovery';
export { catalogueAt } from '../discovery/catalogue-at';
export { readStalenessInClone } from '../staleness';
export { makeTracedPlan, readTrace } from '../tracing';
export { planArchives } from '../zip/plan-archives';
