import { BuildSettings } from './build-settings';
import type { Component } from './component';
import { ComponentConfig } from './component-config';

/** A component as its kind bound it. */
export interface BoundComponent {
  readonly component: Component;
  readonly id: string;
  readonly config: ComponentConfig;
  readonly settings: BuildSettings;
}
