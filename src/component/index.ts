export * from './build-artifact';
export { LocationParameter } from './location-parameter';
export * from './build-props';
export * from './component-props';
export * from './component';
export * from './component-config';
export * from './change-detection-props';
export * from './component-catalogue';
export * from './component-discovery';
