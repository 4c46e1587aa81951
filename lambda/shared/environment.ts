/** The one place where run-time code reads `process.env`: an entry file asks here and hands the values on. */

/** The value of an environment variable that has to be set. */
export function requireEnv(name: string): string {
  const value = optionalEnv(name);
  if (value === undefined) {
    throw new Error(`Environment variable ${name} is not set. The construct that creates this function or build sets it: was it removed or overridden?`);
  }
  return value;
}

/** The value of an environment variable; one that is empty counts as absent. */
export function optionalEnv(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The value of an environment variable that has to hold a whole number from 1 up. */
export function requirePositiveInteger(name: string): number {
  const text = requireEnv(name);
  if (!/^[1-9][0-9]{0,8}$/.test(text)) {
    throw new Error(`Environment variable ${name} has to be a whole number from 1 up, but is '${text}'.`);
  }
  return Number(text);
}
