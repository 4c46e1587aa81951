export * from './build-strategy';
export * from './build-reference';
