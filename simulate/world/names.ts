/** Names of the simulated solution's resources. */
export const SOLUTION = 'shop';
export const REPOSITORY = 'shop';
export const BRANCH = 'main';
export const PIPELINE = 'shop';
export const DIFF_TABLE = 'Diffs';
export const DEPLOYMENTS_TABLE = 'Deployments';
export const ARTIFACT_BUCKET = 'artifacts';
export const PIPELINE_BUCKET = 'pipeline';
