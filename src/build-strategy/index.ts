export * from './build-strategy';
export * from './build-reference';
export type { FanOutOptions } from './fan-out/settings';
