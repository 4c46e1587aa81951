/** Whether an error of the SDK has one of these names. By name, as not every error of S3 has a class. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
