/** What the user gave can't be used: told on standard error without a stack, exit code 2. */
export class InputError extends Error {
  public readonly name = 'InputError';
}

/** Usage is wrong: like `InputError`, with a pointer to `--help`. */
export class UsageError extends Error {
  public readonly name = 'UsageError';
}
