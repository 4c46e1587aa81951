import * as fs from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

interface Verdict {
  readonly isValid: boolean;
  readonly errors: readonly object[];
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- The package has no types.
const validate = require('asl-validator') as (definition: object, options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean }) => Verdict;

const root = path.join(__dirname, '..', '..');

/** A definition as Step Functions gets it, but for values that are known at deployment only: these become part of an ARN. */
function definition(text: string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): object {
  const whole = typeof text === 'string' ? text : text['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : deployed(part as object))).join('');
  return JSON.parse(whole) as object;
}

function deployed(reference: object): string {
  return JSON.stringify(reference) === '{"Ref":"AWS::Partition"}' ? 'aws' : 'arn:aws:states:eu-west-1:111111111111:reference';
}

/** Every state machine of every template that the examples synthesize, nested ones as well. */
function synthesized(example: string): [string, object][] {
  const { directory } = loadExample(example).synth();
  return fs.readdirSync(directory).filter((name) => name.endsWith('.template.json')).flatMap((name) => {
    const { Resources: resources = {} } = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as { Resources?: Record<string, any> };
    return Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine')
      .map(([id, { Properties }]): [string, object] => [`${example}: ${id}`, definition(Properties.DefinitionString)]);
  });
}

/** Every definition that an example's repository holds. */
function committed(example: string): [string, object][] {
  const folder = path.join(root, 'examples', example, 'repository');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return files.filter((name) => name.endsWith('.asl.json'))
    .map((name): [string, object] => [`${example}: ${name}`, JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as object]);
}

const all = EXAMPLES.flatMap((example) => [...synthesized(example), ...committed(example)]);

test('every pipeline of the examples fans its builds out, and some deploy a state machine or have one as a gate', () => {
  // One example has two pipelines, one a gate; three of the repositories that they deploy hold a state machine each.
  const further = ['pipelines-from-manifest', 'resilience-gate', 'cdk-application', 'ml-training-pipeline', 'sam-application'];
  expect(all.map(([name]) => name.split(':')[0]).sort()).toEqual([...EXAMPLES, ...further].sort());
});

test.each(all)('%s is valid Amazon States Language', (_, machine) => {
  expect(validate(machine, { checkPaths: true, checkArn: true })).toMatchObject({ isValid: true, errors: [] });
});

test('one that leads nowhere is found', () => {
  expect(validate({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } })).toMatchObject({ isValid: false });
});
