export * from './code-deploy';
export * from './commands';
export * from './deployer';
export * from './deployer-config';
export * from './delivery-machine';
export * from './report-form';
export * from './rollback-policy';
export * from './terraform';
