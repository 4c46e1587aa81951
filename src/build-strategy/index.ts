export * from './build-strategy';
