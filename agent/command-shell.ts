import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShellName } from '../src/core/buildspec/buildspec';
import { commandScript, initialState, StateFiles } from '../src/core/buildspec/script';
import { exportVariables } from '../src/core/shell';

/** Runs commands as CodeBuild does: each is a script of its own. */
export class CommandShell {
  private readonly state: StateFiles;
  private readonly scriptFile: string;

  /**
   * @param directory where the first command starts
   * @param stateDirectory for what commands hand on
   */
  public constructor(private readonly shell: ShellName, directory: string, variables: Readonly<Record<string, string>>, stateDirectory: string) {
    this.state = { environment: join(stateDirectory, 'command-environment'), directory: join(stateDirectory, 'command-directory') };
    this.scriptFile = join(stateDirectory, 'command.sh');
    const initial = initialState(shellVariables(variables), directory);
    writeFileSync(this.state.environment, initial.environment, { mode: 0o600 });
    writeFileSync(this.state.directory, initial.directory);
  }

  /** Sets variables for the commands to come. */
  public set(variables: Readonly<Record<string, string>>): void {
    appendFileSync(this.state.environment, exportVariables(variables));
  }

  /** Runs one command. @returns its exit status, 128 and the signal's number where a signal ended it */
  public async run(command: string): Promise<number> {
    writeFileSync(this.scriptFile, commandScript(command, this.state));
    return new Promise((resolved, rejected) => {
      const child = spawn(this.shell, [this.scriptFile], { env: {}, stdio: 'inherit' });
      child.on('error', rejected);
      child.on('exit', (code) => resolved(code ?? 137));
    });
  }
}

/** An environment may hold names that no shell can export, such as those of functions. */
function shellVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)));
}
