export * from './application-stacks';
export * from './deployment-environment';
export * from './stack-options';
