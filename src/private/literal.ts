import { Token } from 'aws-cdk-lib';

/**
 * Refuses a token where synth writes the value into a file or a name.
 * `what` names the thing and its place, such as `Component "web": path`.
 */
export function requireLiteral(what: string, value: string): string {
  if (Token.isUnresolved(value)) {
    throw new Error(`${what} is ${JSON.stringify(value)}, a value known only at deployment: it must be a literal, because it is written down at synth.`);
  }
  return value;
}

/** `requireLiteral` for several values. */
export function requireLiterals(what: string, values: readonly string[]): readonly string[] {
  if (Token.isUnresolved(values)) {
    throw new Error(`${what} is a list known only at deployment: it must be a list of literals, because it is written down at synth.`);
  }
  values.forEach((value, index) => requireLiteral(`${what}[${index}]`, value));
  return values;
}
