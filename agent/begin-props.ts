import { BuildableComponent } from './component';
import { BuildStore } from '../lambda/shared/build-store';
import { OutcomeStore } from '../lambda/shared/outcome-store';
import { PlanStore } from '../lambda/shared/plan-store';
import { ReleaseStore } from '../lambda/shared/release-store';
import { Catalogue } from '../src/core/catalogue';

export interface BeginProps {
  readonly catalogue: Catalogue;
  readonly component: BuildableComponent;
  readonly commitId: string;
  readonly planId: string;
  readonly plans: PlanStore;
  readonly outcomes: OutcomeStore;
  readonly builds: BuildStore;
  readonly releases: ReleaseStore;
}

