import { DescribedChange } from '../../src/core/change-set/described-change';
import { InputError } from '../errors';

/** One answer of CloudFormation's DescribeChangeSet, as the AWS CLI prints it; what is absent may be `null`. */
export interface Answer {
  readonly ChangeSetId?: string | null;
  readonly ChangeSetName?: string | null;
  readonly StackId?: string | null;
  readonly StackName?: string | null;
  readonly ParentChangeSetId?: string | null;
  readonly Status?: string | null;
  readonly StatusReason?: string | null;
  readonly NextToken?: string | null;
  readonly Changes?: readonly AnswerChange[] | null;
  /** Where it is from, for messages. */
  readonly file: string;
}

/** A change, with what links a nested stack to its own change set. */
export type AnswerChange = DescribedChange;

const HOW = 'Pass what "aws cloudformation describe-change-set --include-property-values --output json" prints.';

/** The answers in a file: one, or a list of them. @throws InputError */
export function parseAnswers(text: string, file: string): Answer[] {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new InputError(`'${file}' is not JSON: ${(error as Error).message}. ${HOW}`);
  }
  const answers = Array.isArray(content) ? content as unknown[] : [content];
  if (answers.length === 0) {
    throw new InputError(`'${file}' is an empty list. ${HOW}`);
  }
  return answers.map((answer, index) => ({ ...checked(answer, answers.length === 1 ? `'${file}'` : `'${file}', answer ${index + 1}`), file }));
}

type Fields = Readonly<Record<string, unknown>>;

function checked(answer: unknown, where: string): Omit<Answer, 'file'> {
  if (!isObject(answer) || !('Changes' in answer) && !('Status' in answer)) {
    throw new InputError(`${where} is not an answer of DescribeChangeSet: it has neither Changes nor Status. ${HOW}`);
  }
  texts(answer, ['ChangeSetId', 'ChangeSetName', 'StackId', 'StackName', 'ParentChangeSetId', 'Status', 'StatusReason', 'NextToken'], where);
  list(answer, 'Changes', where).forEach((change, index) => {
    const place = `${where}, change ${index + 1}`;
    object(change, place);
    texts(change, ['Type'], place);
    if (change.ResourceChange !== undefined && change.ResourceChange !== null) {
      checkResource(change.ResourceChange, place);
    }
  });
  return answer as Omit<Answer, 'file'>;
}

function checkResource(change: unknown, place: string): void {
  object(change, place);
  texts(change, [
    'Action', 'LogicalResourceId', 'PhysicalResourceId', 'ResourceType', 'Replacement', 'PolicyAction', 'ChangeSetId', 'BeforeContext', 'AfterContext',
    'ResourceDriftStatus',
  ], place);
  list(change, 'Scope', place).forEach((value) => texts({ Scope: value }, ['Scope'], place));
  list(change, 'Details', place).forEach((detail) => {
    object(detail, `${place}, Details`);
    texts(detail, ['Evaluation', 'ChangeSource', 'CausingEntity'], place);
    if (detail.Target !== undefined && detail.Target !== null) {
      object(detail.Target, `${place}, Target`);
      texts(detail.Target, ['Attribute', 'Name', 'RequiresRecreation', 'BeforeValue', 'AfterValue', 'AttributeChangeType'], place);
    }
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, place: string): asserts value is Fields {
  if (!isObject(value)) {
    throw new InputError(`${place} is not an object: ${shown(value)}. ${HOW}`);
  }
}

function texts(fields: Fields, names: readonly string[], place: string): void {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw new InputError(`${place}: ${name} has to be a text, and is ${shown(value)}. ${HOW}`);
    }
  }
}

function list(fields: Fields, name: string, place: string): readonly unknown[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) {
    throw new InputError(`${place}: ${name} has to be a list, and is ${shown(value)}. ${HOW}`);
  }
  return value as unknown[];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
