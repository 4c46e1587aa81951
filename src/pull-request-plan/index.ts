export * from './pull-request-plan';
