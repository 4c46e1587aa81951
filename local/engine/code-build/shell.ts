import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShellName } from '../../../src/core/buildspec/buildspec';
import { commandScript, initialState, StateFiles } from '../../../src/core/buildspec/script';
import { exportVariables, shellQuote } from '../../../src/core/shell';

/** A build's shell: each command runs as a script of its own, as the project's model of CodeBuild says. */
export class BuildShell {
  private readonly state: StateFiles;
  private readonly scriptFile: string;

  /**
   * @param stateDirectory for what is handed on; outside of the source
   * @param logFile gets the commands' output
   */
  constructor(
    private readonly shell: ShellName,
    stateDirectory: string,
    directory: string,
    environment: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {
    mkdirSync(stateDirectory, { recursive: true });
    this.state = { environment: join(stateDirectory, 'environment'), directory: join(stateDirectory, 'directory') };
    this.scriptFile = join(stateDirectory, 'script');
    const initial = initialState(environment, directory);
    writeFileSync(this.state.environment, initial.environment);
    writeFileSync(this.state.directory, initial.directory);
  }

  /** Sets environment variables for the commands to come. */
  public set(variables: Readonly<Record<string, string>>): void {
    appendFileSync(this.state.environment, exportVariables(variables));
  }

  /** Runs a command; resolves to its exit status. `signal` kills it with all its children. */
  public async run(command: string, signal: AbortSignal): Promise<number> {
    writeFileSync(this.scriptFile, commandScript(command, this.state));
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
    const script = names.map((name) => `[ -z "\${${name}+x}" ] || printf '%s=%s\\0' ${name} "$${name}" >> ${shellQuote(file)}`);
    writeFileSync(file, '');
    await this.run(script.join('\n'), new AbortController().signal);
    return Object.fromEntries(readFileSync(file, 'utf8').split('\0').slice(0, -1).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }
}
