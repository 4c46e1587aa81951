/** Whether one of the parts between slashes is empty, `.` or `..`. */
export function hasRelativeSegment(path: string): boolean {
  return /(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}
