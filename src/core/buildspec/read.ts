import {
  Buildspec, BuildspecCache, BuildspecPhase, BuildspecProxy, BuildspecReport, OnFailure, PhaseName, PHASES, ShellName,
} from './buildspec';
import { lineOf } from './line';

/** A buildspec that is not one, with the file, the line and the value at fault. */
export class BuildspecError extends Error {
  public readonly name = 'BuildspecError';
}

/** A buildspec's text, and what YAML makes of it with every scalar left as text. */
export interface BuildspecSource {
  /** How messages call it: usually its path. */
  readonly file: string;
  readonly text: string;
  readonly content: unknown;
}

type Mapping = Readonly<Record<string, unknown>>;
type Path = readonly string[];

const KEYS = ['version', 'run-as', 'env', 'proxy', 'batch', 'phases', 'reports', 'artifacts', 'cache'] as const;
const ENV_KEYS = ['shell', 'variables', 'parameter-store', 'secrets-manager', 'exported-variables', 'git-credential-helper'] as const;
const PHASE_KEYS = ['run-as', 'on-failure', 'commands', 'finally'] as const;
const REPORT_KEYS = ['files', 'file-format', 'base-directory', 'discard-paths'] as const;
const CACHE_KEYS = ['paths', 'key', 'fallback-keys', 'action'] as const;

/** The formats of reports, of tests and of code coverage. */
export const REPORT_FORMATS = [
  'CUCUMBERJSON', 'JUNITXML', 'NUNITXML', 'NUNIT3XML', 'TESTNGXML', 'VISUALSTUDIOTRX', 'CLOVERXML', 'COBERTURAXML', 'JACOCOXML', 'SIMPLECOV',
] as const;

const SHELLS: Readonly<Record<string, ShellName>> = { 'bash': 'bash', 'sh': 'sh', '/bin/sh': 'sh', '/bin/bash': 'bash' };
const DEFAULT_RETRIES = 3;
const MAX_RETRIES = 100;

/**
 * Reads a buildspec of version 0.2, every part of it.
 * @throws BuildspecError for what AWS's reference doesn't know: a key, a value, a type
 */
export function readBuildspec(source: BuildspecSource): Buildspec {
  const reader = new Reader(source);
  const root = reader.mapping(source.content, [], KEYS);
  if (String(root.version) !== '0.2') {
    throw reader.error(['version'], `version has to be 0.2, but is ${JSON.stringify(root.version)}`);
  }
  const env = reader.optionalMapping(root.env, ['env'], ENV_KEYS);
  const phases = reader.mapping(root.phases, ['phases'], PHASES);
  return {
    shell: reader.shell(env.shell),
    runAs: reader.optionalText(root['run-as'], ['run-as']),
    variables: reader.variables(env.variables, ['env', 'variables']),
    parameterStore: reader.variables(env['parameter-store'], ['env', 'parameter-store']),
    secretsManager: reader.variables(env['secrets-manager'], ['env', 'secrets-manager']),
    exportedVariables: reader.list(env['exported-variables'], ['env', 'exported-variables']),
    gitCredentialHelper: reader.flag(env['git-credential-helper'], ['env', 'git-credential-helper']),
    proxy: reader.proxy(root.proxy),
    batch: !isAbsent(root.batch),
    phases: PHASES.filter((name) => phases[name] !== undefined).map((name) => reader.phase(name, phases[name])),
    reports: reader.reports(root.reports),
    artifacts: !isAbsent(root.artifacts),
    cache: reader.cache(root.cache),
  };
}

class Reader {
  public constructor(private readonly source: BuildspecSource) {}

  public error(path: Path, problem: string): BuildspecError {
    return new BuildspecError(`${this.source.file}:${lineOf(this.source.text, path)}: ${problem}.`);
  }

  public mapping(value: unknown, path: Path, keys?: readonly string[]): Mapping {
    const name = path.length === 0 ? 'the buildspec' : path.join('.');
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw this.error(path, `${name} has to be a mapping${keys === undefined ? '' : ` with ${keys.join(', ')}`}, but is ${JSON.stringify(value)}`);
    }
    const unknown = keys && Object.keys(value).find((key) => !keys.includes(key));
    if (unknown !== undefined) {
      throw this.error([...path, unknown], `${name} has '${unknown}', which buildspecs don't have there: they have ${keys!.join(', ')}`);
    }
    return value as Mapping;
  }

  public optionalMapping(value: unknown, path: Path, keys?: readonly string[]): Mapping {
    return isAbsent(value) ? {} : this.mapping(value, path, keys);
  }

  public text(value: unknown, path: Path): string {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw this.error(path, `${path.join('.')} has to be a text, but is ${JSON.stringify(value)}: put it in quotes`);
    }
    return String(value);
  }

  public optionalText(value: unknown, path: Path): string | undefined {
    return isAbsent(value) ? undefined : this.text(value, path);
  }

  public variables(value: unknown, path: Path): Record<string, string> {
    return Object.fromEntries(Object.entries(this.optionalMapping(value, path)).map(([name, content]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw this.error([...path, name], `${path.join('.')} has '${name}', which can't be the name of a variable`);
      }
      return [name, this.text(content ?? '', [...path, name])];
    }));
  }

  /** A list, or the one entry that stands for it. */
  public list(value: unknown, path: Path): string[] {
    if (isAbsent(value)) {
      return [];
    }
    return (Array.isArray(value) ? value : [value]).map((entry: unknown, index) => {
      if (typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean') {
        return String(entry);
      }
      throw this.error(path, `${path.join('.')}[${index}] has to be a text, but is ${JSON.stringify(entry)}: put it in quotes`);
    });
  }

  public flag(value: unknown, path: Path): boolean {
    const text = this.optionalText(value, path) ?? 'no';
    if (!/^(?:yes|no|true|false)$/i.test(text)) {
      throw this.error(path, `${path.join('.')} has to be yes or no, but is ${JSON.stringify(value)}`);
    }
    return /^(?:yes|true)$/i.test(text);
  }

  public shell(value: unknown): ShellName {
    const text = this.optionalText(value, ['env', 'shell']) ?? 'sh';
    const shell = Object.hasOwn(SHELLS, text) ? SHELLS[text] : undefined;
    if (shell === undefined) {
      throw this.error(['env', 'shell'], `env.shell has to be bash or /bin/sh, but is ${JSON.stringify(value)}: builds run on Linux`);
    }
    return shell;
  }

  public proxy(value: unknown): BuildspecProxy | undefined {
    if (isAbsent(value)) {
      return undefined;
    }
    const proxy = this.mapping(value, ['proxy'], ['upload-artifacts', 'logs']);
    return {
      uploadArtifacts: this.flag(proxy['upload-artifacts'], ['proxy', 'upload-artifacts']),
      logs: this.flag(proxy.logs, ['proxy', 'logs']),
    };
  }

  public phase(name: PhaseName, value: unknown): BuildspecPhase {
    const path = ['phases', name];
    const phase = this.optionalMapping(value, path, name === 'install' ? [...PHASE_KEYS, 'runtime-versions'] : PHASE_KEYS);
    const versions = this.optionalMapping(phase['runtime-versions'], [...path, 'runtime-versions']);
    return {
      name,
      runAs: this.optionalText(phase['run-as'], [...path, 'run-as']),
      commands: this.list(phase.commands, [...path, 'commands']),
      finally: this.list(phase.finally, [...path, 'finally']),
      onFailure: this.onFailure(phase['on-failure'], [...path, 'on-failure']),
      runtimeVersions: Object.fromEntries(Object.entries(versions).map(([runtime, version]) => (
        [runtime, this.text(version, [...path, 'runtime-versions', runtime])]
      ))),
    };
  }

  /** `ABORT`, `CONTINUE`, `RETRY`, `RETRY-count`, `RETRY-regex` or `RETRY-count-regex`. */
  private onFailure(value: unknown, path: Path): OnFailure | undefined {
    const text = this.optionalText(value, path);
    if (text === undefined || text === 'ABORT' || text === 'CONTINUE') {
      return text === undefined ? undefined : { action: text };
    }
    const [, count, pattern] = /^RETRY(?:-(\d+))?(?:-(.+))?$/s.exec(text) ?? [undefined, undefined, undefined];
    if (!/^RETRY(?:-.+)?$/s.test(text) || Number(count ?? 0) > MAX_RETRIES) {
      throw this.error(path, `${path.join('.')} has to be ABORT, CONTINUE, RETRY, RETRY-count (0 to ${MAX_RETRIES}), RETRY-regex or RETRY-count-regex, but is ${JSON.stringify(value)}`);
    }
    return { action: 'RETRY', count: count === undefined ? DEFAULT_RETRIES : Number(count), pattern: pattern ?? '.*' };
  }

  public reports(value: unknown): Record<string, BuildspecReport> {
    return Object.fromEntries(Object.entries(this.optionalMapping(value, ['reports'])).map(([group, entry]) => {
      const path = ['reports', group];
      const report = this.mapping(entry, path, REPORT_KEYS);
      const fileFormat = (this.optionalText(report['file-format'], [...path, 'file-format']) ?? 'JUNITXML').toUpperCase();
      if (!REPORT_FORMATS.some((format) => format === fileFormat)) {
        throw this.error([...path, 'file-format'], `${path.join('.')}.file-format has to be one of ${REPORT_FORMATS.join(', ')}, but is ${JSON.stringify(report['file-format'])}`);
      }
      return [group, {
        files: this.required(report.files, [...path, 'files']),
        fileFormat,
        baseDirectory: this.optionalText(report['base-directory'], [...path, 'base-directory']),
        discardPaths: this.flag(report['discard-paths'], [...path, 'discard-paths']),
      }];
    }));
  }

  public cache(value: unknown): BuildspecCache | undefined {
    if (isAbsent(value)) {
      return undefined;
    }
    const cache = this.mapping(value, ['cache'], CACHE_KEYS);
    const action = this.optionalText(cache.action, ['cache', 'action']);
    if (action !== undefined && action !== 'restore' && action !== 'save') {
      throw this.error(['cache', 'action'], `cache.action has to be restore or save, but is ${JSON.stringify(action)}`);
    }
    return {
      paths: this.required(cache.paths, ['cache', 'paths']),
      key: this.optionalText(cache.key, ['cache', 'key']),
      fallbackKeys: this.list(cache['fallback-keys'], ['cache', 'fallback-keys']),
      action,
    };
  }

  private required(value: unknown, path: Path): string[] {
    const entries = this.list(value, path);
    if (entries.length === 0) {
      throw this.error(path, `${path.join('.')} has to list at least one location`);
    }
    return entries;
  }
}

/** A key without a value is an empty text where YAML's scalars are left as texts. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
