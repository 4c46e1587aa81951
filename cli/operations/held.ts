/** What people are told where the execution that was started last was chosen by hand. */
export function heldText(promoted: string): string {
  return `The branch is held: last came ${promoted}. The next merge, or the command resume, lets it flow again.`;
}
