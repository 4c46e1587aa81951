export * from './component-artifact';
export * from './component-code';
export * from './component-function';
