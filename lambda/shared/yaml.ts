import { parseDocument } from 'yaml';

/**
 * The content of a text in YAML (or JSON, which is YAML). A tag that is not known, such as CloudFormation's `!Ref`, leaves the value as it is.
 * @throws Error that begins with `otherwise`, such as `buildspec.yml is not YAML`
 */
export function readYaml(text: string, otherwise: string): unknown {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new Error(`${otherwise}: ${problem.message}`);
  }
  try {
    return document.toJS() as unknown;
  } catch (error) {
    // An alias without an anchor, or so many of them that they hold more than any file should.
    throw new Error(`${otherwise}: ${(error as Error).message}`);
  }
}
