export * from './alarms';
export * from './approval';
export * from './change-set-guard';
export * from './change-set-rules';
export * from './gate';
