export * from './notification-channel';
export * from './release-notifications';
