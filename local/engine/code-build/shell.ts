import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A build's shell. Each command runs as a script of its own and hands variables, functions and working directory on to the next:
 * so a command that calls `exit` ends itself, not the build, as in CodeBuild.
 */
export class BuildShell {
  private readonly environmentFile: string;
  private readonly functionsFile: string;
  private readonly directoryFile: string;
  private readonly scriptFile: string;

  /**
   * @param stateDirectory for what is handed on; outside of the source
   * @param logFile gets the commands' output
   */
  constructor(
    private readonly shell: 'sh' | 'bash',
    stateDirectory: string,
    directory: string,
    environment: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {
    mkdirSync(stateDirectory, { recursive: true });
    [this.environmentFile, this.functionsFile, this.directoryFile, this.scriptFile] =
      ['environment', 'functions', 'directory', 'script'].map((name) => join(stateDirectory, name));
    writeFileSync(this.functionsFile, '');
    writeFileSync(this.directoryFile, `${directory}\n`);
    writeFileSync(this.environmentFile, '');
    this.set(environment);
  }

  /** Sets environment variables for the commands to come. */
  public set(variables: Readonly<Record<string, string>>): void {
    appendFileSync(this.environmentFile, Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`).join(''));
  }

  /** Runs a command; resolves to its exit status. `signal` kills it with all its children. */
  public async run(command: string, signal: AbortSignal): Promise<number> {
    writeFileSync(this.scriptFile, [
      `. ${quote(this.environmentFile)}`,
      `. ${quote(this.functionsFile)}`,
      `cd "$(cat ${quote(this.directoryFile)})" || exit 1`,
      `trap ${quote(this.saveState())} EXIT`,
      'set -a',
      command,
      '',
    ].join('\n'));
    const log = openSync(this.logFile, 'a');
    try {
      return await new Promise((resolve, reject) => {
        const child = spawn(this.shell, [this.scriptFile], { env: {}, stdio: ['ignore', log, log], detached: true });
        const kill = () => {
          if (child.pid !== undefined) {
            process.kill(-child.pid, 'SIGKILL');
          }
        };
        signal.addEventListener('abort', kill, { once: true });
        child.on('error', reject);
        child.on('close', (code) => {
          signal.removeEventListener('abort', kill);
          resolve(code ?? 137);
        });
      });
    } finally {
      closeSync(log);
    }
  }

  /** Values of variables as the last command left them; those never set are missing. */
  public async values(names: readonly string[], directory: string): Promise<Record<string, string>> {
    const file = join(directory, 'exported');
    const script = names.map((name) => `[ -z "\${${name}+x}" ] || printf '%s=%s\\0' ${name} "$${name}" >> ${quote(file)}`);
    writeFileSync(file, '');
    await this.run(script.join('\n'), new AbortController().signal);
    return Object.fromEntries(readFileSync(file, 'utf8').split('\0').slice(0, -1).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }

  private saveState(): string {
    const functions = this.shell === 'bash' ? `declare -f > ${quote(this.functionsFile)}; ` : '';
    return `CODEBUILD_LAST_EXIT=$?; export -p > ${quote(this.environmentFile)}; ${functions}pwd > ${quote(this.directoryFile)}; exit "$CODEBUILD_LAST_EXIT"`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", '\'\\\'\'')}'`;
}
