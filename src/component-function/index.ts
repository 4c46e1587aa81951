export * from './component-code';
export * from './component-function';
