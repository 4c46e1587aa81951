export * from './check';
export * from './command-options';
