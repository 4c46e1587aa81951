/** The beginning of a text. No character is cut in two: half of one is in no UTF-8, which SNS and others want. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** A line of a log without colours, and without what else is for terminals alone. */
export function plainText(line: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is to go
  return line.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
