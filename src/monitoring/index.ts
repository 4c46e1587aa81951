export * from './modular-pipeline-alarms';
export * from './modular-pipeline-dashboard';
