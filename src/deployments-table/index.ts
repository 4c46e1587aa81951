export * from './deployments-table';
