import { readYaml } from '../lambda/shared/yaml';

/** A buildspec of the repository, as far as a component's build runs it. */
export interface Buildspec {
  readonly variables: Readonly<Record<string, string>>;
  /** In the order of running. */
  readonly phases: readonly BuildspecPhase[];
}

export interface BuildspecPhase {
  readonly name: PhaseName;
  readonly commands: readonly string[];
  /** Run after the commands, failed or not. */
  readonly finally: readonly string[];
  readonly onFailure?: 'ABORT' | 'CONTINUE';
}

const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = typeof PHASES[number];

type Mapping = Readonly<Record<string, unknown>>;

/** Reads a buildspec. What the agent does not do is refused by name, never left out in silence. */
export function parseBuildspec(text: string, file: string): Buildspec {
  const reader = new Reader(file);
  const root = reader.mapping(readYaml(text, `${file} is not YAML`), 'the buildspec', ['version', 'env', 'phases']);
  if (root.version !== 0.2 && root.version !== '0.2') {
    throw reader.error(`version has to be 0.2, but is ${JSON.stringify(root.version)}`);
  }
  const env = reader.optionalMapping(root.env, 'env', ['shell', 'variables']);
  if (env.shell !== undefined && env.shell !== 'bash') {
    throw reader.error(`env.shell has to be bash, but is ${JSON.stringify(env.shell)}`);
  }
  const phases = reader.mapping(root.phases, 'phases', PHASES);
  return {
    variables: reader.variables(env.variables),
    phases: PHASES.filter((name) => phases[name] !== undefined).map((name) => reader.phase(name, phases[name])),
  };
}

class Reader {
  public constructor(private readonly file: string) {}

  public error(problem: string): Error {
    return new Error(`${this.file}: ${problem}.`);
  }

  public mapping(value: unknown, name: string, keys: readonly string[]): Mapping {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw this.error(`${name} has to be a mapping with ${keys.join(', ')}, but is ${JSON.stringify(value)}`);
    }
    const unknown = Object.keys(value).find((key) => !keys.includes(key));
    if (unknown !== undefined) {
      throw this.error(`${name} has '${unknown}', which a component's build does not support: it knows ${keys.join(', ')}. Remove it, or set it on the component`);
    }
    return value as Mapping;
  }

  public optionalMapping(value: unknown, name: string, keys: readonly string[]): Mapping {
    return value === undefined || value === null ? {} : this.mapping(value, name, keys);
  }

  public variables(value: unknown): Record<string, string> {
    if (value === undefined || value === null) {
      return {};
    }
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw this.error(`env.variables has to be a mapping, but is ${JSON.stringify(value)}`);
    }
    return Object.fromEntries(Object.entries(value).map(([name, content]: [string, unknown]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw this.error(`env.variables has '${name}', which is no name of a variable`);
      }
      if (typeof content !== 'string' && typeof content !== 'number' && typeof content !== 'boolean') {
        throw this.error(`env.variables.${name} has to be a text, but is ${JSON.stringify(content)}`);
      }
      return [name, String(content)];
    }));
  }

  public phase(name: PhaseName, value: unknown): BuildspecPhase {
    const phase = this.mapping(value, `phases.${name}`, ['commands', 'finally', 'on-failure']);
    const onFailure = phase['on-failure'];
    if (onFailure !== undefined && onFailure !== 'ABORT' && onFailure !== 'CONTINUE') {
      throw this.error(`phases.${name}.on-failure has to be ABORT or CONTINUE, but is ${JSON.stringify(onFailure)}`);
    }
    return {
      name,
      commands: this.commands(phase.commands, `phases.${name}.commands`),
      finally: this.commands(phase.finally, `phases.${name}.finally`),
      onFailure,
    };
  }

  private commands(value: unknown, name: string): string[] {
    if (value === undefined || value === null) {
      return [];
    }
    if (!Array.isArray(value)) {
      throw this.error(`${name} has to be a list of commands, but is ${JSON.stringify(value)}`);
    }
    return value.map((command: unknown, index) => {
      if (typeof command !== 'string') {
        throw this.error(`${name}[${index}] has to be a text, but is ${JSON.stringify(command)}: put it in quotes`);
      }
      return command;
    });
  }
}
