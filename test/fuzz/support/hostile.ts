import * as fc from 'fast-check';

/** What reaches the system from repositories and events, and was not made to be harmless. `touch canary` tells whether any of it ran. */
export const HOSTILE: readonly string[] = [
  '$(touch canary)', '`touch canary`', '\'; touch canary; \'', '"; touch canary; "', '&& touch canary', '| touch canary', '; touch canary #', '\ntouch canary\n',
  '${IFS}touch${IFS}canary', '$((1+1))', '$HOME', '${HOME:?}', '~', '~root', '*', '?', '[a-z]', '{a,b}', '!!', '!touch', '<(touch canary)', '> canary', '2>&1',
  '\\', '\\\'', '\'', '"', '\'"\'"\'', '\\$(touch canary)', '#', '-n', '--help', '-e', ' ', '  two  spaces  ', '\t', '\n', '\r\n', '\u001b[31m', '\u0007', '%s%n', '%00',
  'é', 'e\u0301', 'ñ', '日本語', '\u{1f600}', '\u202egnp.exe', '\ufeff', '\u00a0', '\u200b', '\ud800', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  '..', '../..', '/etc/passwd', 'C:\\Windows', 'a//b', './a', 'CON', '#{codepipeline.PipelineExecutionId}', '${AWS::AccountId}', '{{resolve:ssm:/a}}',
  'arn:aws:s3:::*', ':(top)x', 'refs/heads/main', '<script>alert(1)</script>', '\' OR 1=1 --', 'x'.repeat(4_096), '$(touch canary)'.repeat(273), '\''.repeat(4_096),
];

/** Hostile texts as they are, in a middle, and made of the same characters at random. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map(([a, b]) => `${a}${b}`) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom('\'', '"', '\\', '$', '`', '(', ')', '{', '}', '\n', ' ', ';', '&', '|', '<', '>', '*', '!', '#', '/', 'a'), maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

/** Any JSON, with hostile keys and texts in it. */
export const hostileJson: fc.Arbitrary<unknown> = fc.object({
  key: fc.oneof(hostileText, fc.constantFrom('detail', 'id', 'name', 'components', 'action', 'path')),
  values: [hostileText, fc.integer(), fc.boolean(), fc.constant(null), fc.double()],
  maxDepth: 4,
  withNullPrototype: false,
}).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Errors that say that something was not thought of, and say it to nobody who could act on it. */
const BUGS = ['TypeError', 'RangeError', 'ReferenceError', 'AssertionError'];

/** Runs it; any error it throws has to be one that was meant. */
export function returnsOrRefuses<T>(run: () => T): { readonly value: T } | { readonly refusal: Error } {
  try {
    return { value: run() };
  } catch (error) {
    const refusal = error as Error;
    if (BUGS.includes(refusal.name) || refusal.message === '') {
      throw new Error(`A ${refusal.name} is no clear refusal: ${refusal.message}`, { cause: error });
    }
    return { refusal };
  }
}
