export * from './application-stacks';
export * from './deploy-on';
export * from './deployment-environment';
export * from './stack-options';
