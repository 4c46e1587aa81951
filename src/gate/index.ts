export * from './alarms';
export * from './approval';
export * from './aws-health';
export * from './change-set-guard';
export * from './change-set-rules';
export * from './gate';
export * from './integration-tests';
export * from './state-machine';
