import { Effect, ReportedChange } from './reported-change';

/** What a report of commands may say of a change. */
const EFFECTS: readonly Effect[] = ['create', 'update', 'replace', 'delete', 'forget', 'unknown'];

/** CodePipeline's variables, pages and the ledger hold names; nothing needs longer ones. */
const MAX_NAME = 512;

const MAX_CHANGES = 10_000;

/**
 * Reads the report that commands wrote: `{ "changes": [{ "path", "type", "effect", "broadens" }] }`. No changes: there is nothing to do.
 *
 * @param text the file's content
 * @throws Error that names the first thing that is wrong, and says what to write
 */
export function readDeliveryReport(text: string): ReportedChange[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`The report of changes is not JSON: ${(error as Error).message}. Write {"changes": [...]}.`);
  }
  const changes = (content as { readonly changes?: unknown } | null)?.changes;
  if (!Array.isArray(changes)) {
    throw new Error(`The report of changes has no list "changes"; it is ${shown(content)}. Write {"changes": []} where nothing changes.`);
  }
  if (changes.length > MAX_CHANGES) {
    throw new Error(`The report has ${changes.length} changes, and at most ${MAX_CHANGES} are read: summarize them.`);
  }
  const read = changes.map((change, index) => readChange(change, index));
  const paths = read.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) {
    throw new Error(`The report names ${JSON.stringify(twice)} more than once: give every change its own path.`);
  }
  return read;
}

function readChange(change: unknown, index: number): ReportedChange {
  const title = `The report's change ${index + 1}`;
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    throw new Error(`${title} is ${shown(change)}: write an object with "path", "type" and "effect".`);
  }
  const { path, type, effect, broadens, ...others } = change as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new Error(`${title} has ${JSON.stringify(unknown)}, which is not read: it takes "path", "type", "effect" and "broadens".`);
  }
  if (!EFFECTS.includes(effect as Effect)) {
    throw new Error(`${title} has the effect ${shown(effect)}: it is one of ${EFFECTS.join(', ')}.`);
  }
  return {
    path: nameOf(title, 'path', path),
    type: nameOf(title, 'type', type),
    effect: effect as Effect,
    ...(broadens === undefined ? {} : { broadens: nameOf(title, 'broadens', broadens) }),
  };
}

function nameOf(title: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_NAME || /\p{Cc}/u.test(value)) {
    throw new Error(`${title} has ${JSON.stringify(name)} ${shown(value)}: it takes a text of one line, at most ${MAX_NAME} characters.`);
  }
  return value;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 200);
}
