export * from './build-strategy';
export * from './component';
export * from './component-build';
export * from './deployments-table';
export * from './diff-table';
export * from './environment';
export * from './modular-pipeline';
export * from './source';
