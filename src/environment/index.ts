export * from './deployment-environment';
export * from './stack-options';
