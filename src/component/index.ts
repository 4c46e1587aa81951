export * from './build-artifact';
export { LocationParameter } from './location-parameter';
export * from './component-props';
export * from './component';
export * from './component-catalogue';
