import { load } from 'js-yaml';
import { NotEmulatedError } from '../../activity';

/** The phases that run commands, in their order. */
export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface Phase {
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  readonly onFailure: 'ABORT' | 'CONTINUE';
}

export interface Buildspec {
  readonly shell: 'sh' | 'bash';
  readonly variables: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  readonly phases: ReadonlyMap<PhaseName, Phase>;
}

/** Keys that change nothing here: what they ask for concerns other runs or other readers. */
const HARMLESS = { top: ['cache', 'reports'], phase: ['runtime-versions'] };

/**
 * Parses a buildspec of version 0.2, YAML or JSON.
 *
 * @throws NotEmulatedError for a key that is not emulated
 */
export function parseBuildspec(text: string, project: string): Buildspec {
  const document = asObject(load(text), 'the buildspec', project);
  if (Number(document.version) !== 0.2) {
    throw new NotEmulatedError(`buildspec version ${String(document.version)} of project '${project}'`, 'Version 0.2 is.');
  }
  refuseOthers(document, ['version', 'env', 'phases', ...HARMLESS.top], '', project);
  const env = asObject(document.env ?? {}, 'env', project);
  refuseOthers(env, ['shell', 'variables', 'exported-variables'], 'env/', project);
  const shell = env.shell ?? 'sh';
  if (shell !== 'sh' && shell !== 'bash') {
    throw new NotEmulatedError(`buildspec shell '${String(shell)}' of project '${project}'`, 'sh and bash are.');
  }
  const phases = asObject(document.phases ?? {}, 'phases', project);
  refuseOthers(phases, PHASES, 'phases/', project);
  return {
    shell,
    variables: Object.fromEntries(Object.entries(asObject(env.variables ?? {}, 'env/variables', project)).map(([name, value]) => [name, String(value)])),
    exportedVariables: asList(env['exported-variables']),
    phases: new Map(PHASES.filter((name) => phases[name] !== undefined).map((name) => [name, parsePhase(name, phases[name], project)])),
  };
}

function parsePhase(name: string, value: unknown, project: string): Phase {
  const phase = asObject(value ?? {}, `phases/${name}`, project);
  refuseOthers(phase, ['commands', 'finally', 'on-failure', ...HARMLESS.phase], `phases/${name}/`, project);
  const onFailure = phase['on-failure'] ?? 'ABORT';
  if (onFailure !== 'ABORT' && onFailure !== 'CONTINUE') {
    throw new NotEmulatedError(`buildspec key phases/${name}/on-failure: ${String(onFailure)} of project '${project}'`, 'ABORT and CONTINUE are.');
  }
  return { commands: asList(phase.commands), finally: asList(phase.finally), onFailure };
}

function refuseOthers(object: Readonly<Record<string, unknown>>, known: readonly string[], prefix: string, project: string): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) {
    throw new NotEmulatedError(`buildspec key ${prefix}${other} of project '${project}'`);
  }
}

function asObject(value: unknown, what: string, project: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`YAML_FILE_ERROR: ${what} of project '${project}' must be a map, not ${JSON.stringify(value)}.`);
  }
  return value as Record<string, unknown>;
}

function asList(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);
}
