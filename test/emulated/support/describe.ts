import { pythonTools } from './python-tools';

/** Describes tests that need MiniStack. They are skipped, in words, where there is no Python to run it. */
export function describeEmulated(name: string, tests: () => void): void {
  if (pythonTools('emulators') === undefined) {
    console.warn(`SKIPPED: ${name}.`);
    describe.skip(name, tests);
  } else {
    describe(name, tests);
  }
}
