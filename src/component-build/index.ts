export * from './component-build';
