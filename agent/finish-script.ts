import { exportVariables, shellQuote } from '../src/core/shell';

/**
 * POSIX shell that runs the agent's `finish` by the program, the Node.js and the environment that `begin` had. Run without any environment of its own,
 * it is not affected by what the component's commands exported: another Region, credentials of another role, options of Node.js, another PATH.
 */
export function finishScript(node: string, program: string, environment: Readonly<Record<string, string | undefined>>): string {
  const kept = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(entry[0]));
  return `${exportVariables(Object.fromEntries(kept))}exec ${shellQuote(node)} ${shellQuote(program)} finish\n`;
}
