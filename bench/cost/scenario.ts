import { parseArgs } from 'node:util';

/** How much a merge changes: so many components that nothing depends on, one with all that depend on it, all, or nothing. */
export type Change = number | 'dependents' | 'all';

/** One merge. */
export interface Scenario {
  /** Components, the template's included. */
  readonly components: number;
  /** Components of a chain of dependencies. */
  readonly depth: number;
  readonly changed: Change;
  /** Minutes that the commands of a component take. */
  readonly commands: number;
  readonly environments: number;
  /** Minutes that CloudFormation takes for an environment. */
  readonly cloudFormation: number;
  readonly provisioningSeconds: number;
}

export interface Options {
  readonly scenario: Scenario;
  readonly json: boolean;
  /** Nothing was asked for: the tables of docs/cost.md. */
  readonly tables: boolean;
}

export const DEFAULT_SCENARIO: Scenario = {
  components: 50, depth: 3, changed: 1, commands: 2, environments: 2, cloudFormation: 2, provisioningSeconds: 36,
};

/** @throws for what is unknown, or out of its bounds */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      components: { type: 'string' },
      depth: { type: 'string' },
      changed: { type: 'string' },
      commands: { type: 'string' },
      environments: { type: 'string' },
      cloudformation: { type: 'string' },
      provisioning: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const standard = DEFAULT_SCENARIO;
  const components = number('components', values.components ?? `${standard.components}`, { whole: true, least: 1, most: 5_000 });
  const scenario: Scenario = {
    components,
    depth: number('depth', values.depth ?? `${Math.min(standard.depth, components)}`, { whole: true, least: 1, most: components }),
    changed: change(values.changed ?? `${Math.min(Number(standard.changed), components)}`, components),
    commands: number('commands', values.commands ?? `${standard.commands}`, { least: 0, most: 480 }),
    environments: number('environments', values.environments ?? `${standard.environments}`, { whole: true, least: 1, most: 10 }),
    cloudFormation: number('cloudformation', values.cloudformation ?? `${standard.cloudFormation}`, { least: 0, most: 1_380 }),
    provisioningSeconds: number('provisioning', values.provisioning ?? `${standard.provisioningSeconds}`, { least: 0, most: 3_600 }),
  };
  const { json, ...others } = values;
  return { scenario, json, tables: !json && Object.keys(others).length === 0 };
}

interface Bounds { readonly whole?: boolean; readonly least: number; readonly most: number }

function number(name: string, text: string, { whole = false, least, most }: Bounds): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value)) || value < least || value > most) {
    throw new Error(`--${name} is ${JSON.stringify(text)}: it takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
  }
  return value;
}

function change(text: string, components: number): Change {
  if (text === 'all' || text === 'dependents') {
    return text;
  }
  if (text === 'nothing') {
    return 0;
  }
  try {
    return number('changed', text, { whole: true, least: 0, most: components });
  } catch {
    throw new Error(`--changed is ${JSON.stringify(text)}: it takes a whole number from 0 to ${components}, "dependents" (one component and all that depend on it), "all" or "nothing".`);
  }
}
