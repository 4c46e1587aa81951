import { DEFAULT_SCENARIO, Scenario } from './scenario';

export interface TableOfMerges {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

const scenario = (differs: Partial<Scenario>): Scenario => {
  const components = differs.components ?? DEFAULT_SCENARIO.components;
  return { ...DEFAULT_SCENARIO, depth: Math.min(DEFAULT_SCENARIO.depth, components), ...differs };
};

/** The tables of docs/cost.md. */
export const TABLES: readonly TableOfMerges[] = [
  { title: 'Components', scenarios: [1, 10, 50, 200, 1_000].map((components) => scenario({ components })) },
  { title: 'What changed', scenarios: ([1, 'dependents', 5, 'all', 0] as const).map((changed) => scenario({ changed })) },
  { title: 'Environments', scenarios: [2, 4].map((environments) => scenario({ environments })) },
  { title: 'CloudFormation', scenarios: [1, 2, 5].map((cloudFormation) => scenario({ cloudFormation })) },
  { title: 'Provisioning', scenarios: [20, 36, 60].map((provisioningSeconds) => scenario({ provisioningSeconds })) },
  { title: 'Short commands', scenarios: [scenario({ commands: 0.2, cloudFormation: 1 })] },
];
