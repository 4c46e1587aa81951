import * as fs from 'node:fs';

const OPERATIONS = ['realpath', 'stat', 'readFile'] as const;

/** Has files read at once: while the system's threads read them virtual time stands still, and the scheduler could only ask again and again. */
export function readFilesAtOnce(): void {
  for (const operation of OPERATIONS) {
    const atOnce = fs[`${operation}Sync`] as (...parameters: unknown[]) => unknown;
    Object.assign(fs.promises, { [operation]: async (...parameters: unknown[]) => atOnce(...parameters) });
  }
}
