import { Answer, AnswerChange } from './answer';
import { InputError } from '../errors';

/** A change set: the pages of its answers together. */
export interface GivenChangeSet {
  /** For messages: stack and name, or the file. */
  readonly title: string;
  readonly head: Answer;
  readonly changes: readonly AnswerChange[];
}

/** The change sets that some answers are of. @throws InputError where a page is missing, or there twice */
export function joinPages(answers: readonly Answer[]): GivenChangeSet[] {
  const pages = new Map<string, Answer[]>();
  for (const answer of answers) {
    const key = answer.ChangeSetId ?? JSON.stringify([answer.StackId ?? answer.StackName, answer.ChangeSetName]);
    pages.set(key, [...pages.get(key) ?? [], answer]);
  }
  return [...pages.values()].map(joined);
}

function joined(pages: readonly Answer[]): GivenChangeSet {
  const title = titleOf(pages[0]!);
  const tokens = pages.map(({ NextToken: token }) => token).filter(Boolean);
  const last = pages.filter(({ NextToken: token }) => !token);
  const files = [...new Set(pages.map(({ file }) => `'${file}'`))].join(', ');
  if (last.length === 0) {
    throw new InputError(`${title} is cut off: ${files} has a NextToken, and no page follows it. Pass all pages; the AWS CLI prints them at once without --no-paginate and --max-items.`);
  }
  if (last.length > 1 || new Set(tokens).size < tokens.length) {
    throw new InputError(`${title} is there twice, or a page of it is (${files}). Pass each page once, and of each change set one description.`);
  }
  const states = new Set(pages.map(({ Status: status }) => status ?? ''));
  if (states.size > 1) {
    throw new InputError(`${title}: its pages are of different times, as their Status is ${[...states].join(' and ')}. Describe it again.`);
  }
  return { title, head: pages[0]!, changes: [...pages.filter(({ NextToken: token }) => token), ...last].flatMap(({ Changes: changes }) => changes ?? []) };
}

function titleOf({ StackName: stack, ChangeSetName: name, ChangeSetId: id, file }: Answer): string {
  const called = name ?? id;
  return called ? `Change set ${called}${stack ? ` of stack ${stack}` : ''}` : stack ? `The change set of stack ${stack}` : `The change set in '${file}'`;
}

/** The change set of a nested stack: the one that its change in the parent's change set names. */
export function nestedChangeSet({ ResourceChange: change }: AnswerChange, parent: GivenChangeSet, all: readonly GivenChangeSet[]): GivenChangeSet | undefined {
  const { ChangeSetId: id, PhysicalResourceId: stack } = change ?? {};
  const isOfStack = ({ head }: GivenChangeSet) => (
    !!stack && (head.StackId === stack || !head.StackId && !!head.StackName && /:stack\/([^/]+)\//.exec(stack)?.[1] === head.StackName));
  if (id) {
    return all.find(({ head }) => head.ChangeSetId === id) ?? all.find((other) => !other.head.ChangeSetId && isOfStack(other));
  }
  return all.find((other) => !!other.head.ParentChangeSetId && other.head.ParentChangeSetId === parent.head.ChangeSetId && isOfStack(other));
}

/** The one that no other's change names. @throws InputError where that is none, or several */
export function rootOf(all: readonly GivenChangeSet[]): GivenChangeSet {
  const named = new Set(all.flatMap((parent) => parent.changes.map((change) => nestedChangeSet(change, parent, all))));
  const roots = all.filter((changeSet) => !named.has(changeSet));
  if (roots.length !== 1) {
    throw new InputError(roots.length === 0 ? 'Every change set is nested in another: pass the root\'s as well.'
      : `The files hold ${roots.length} change sets that are not nested in one another: ${roots.map(({ title }) => title).join('; ')}. Pass one, with those that are nested in it.`);
  }
  return roots[0]!;
}
