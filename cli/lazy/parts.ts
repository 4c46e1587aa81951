/* eslint-disable @typescript-eslint/no-require-imports -- A part is loaded when a command asks for it. */
/** Reads manifests and lockfiles. */
export function analysis(): typeof import('../parts/analysis') {
  return require('../parts/analysis') as typeof import('../parts/analysis');
}

/** Talks to AWS. */
export function operations(): typeof import('../parts/operations') {
  return require('../parts/operations') as typeof import('../parts/operations');
}
