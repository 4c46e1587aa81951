/** What a record says next to its message. Never credentials: no event, job or client is logged as a whole. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes structured logs: one line of JSON per record. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its records. */
  with(fields: LogFields): Logger;
}

export function createLogger(write: (line: string) => void, now: () => Date, fields: LogFields = {}): Logger {
  const record = (level: string, message: string, more: LogFields = {}) => {
    write(JSON.stringify({ timestamp: now().toISOString(), level, message, ...fields, ...more }));
  };
  return {
    info: (message, more) => record('INFO', message, more),
    warn: (message, more) => record('WARN', message, more),
    error: (message, more) => record('ERROR', message, more),
    with: (more) => createLogger(write, now, { ...fields, ...more }),
  };
}

/** Entries that a record lists of what may be as long as the catalogue: the tables hold all, and a log event holds 1 MB. */
const MAX_LISTED = 100;

/** The first entries of a list and how many there are. */
export function firstFew<T>(entries: readonly T[]): { readonly count: number; readonly first: readonly T[] } {
  return { count: entries.length, first: entries.slice(0, MAX_LISTED) };
}

/** An error as fields: its name and message, and where it happened. */
export function errorFields(error: unknown): LogFields {
  return error instanceof Error
    ? { error: { name: error.name, message: error.message, stack: error.stack } }
    : { error: { name: 'Unknown', message: String(error) } };
}

/** What an error says to a person. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes to standard output, which Lambda hands to CloudWatch Logs line by line. */
export function writeToStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
