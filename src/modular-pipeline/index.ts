export * from './baseline';
export * from './modular-pipeline-props';
export * from './modular-pipeline';
