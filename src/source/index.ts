export * from './git-reader';
export * from './pipeline-source';
export * from './pipeline-source-config';
export * from './pipeline-source-options';
export * from './source-checkout';
export * from './source-reader';
export * from './source-trigger';
