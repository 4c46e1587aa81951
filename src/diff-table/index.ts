export * from './diff-table';
