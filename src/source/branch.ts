import { requireLiteral } from '../private/literal';

/** A branch's name as Git takes it, as a literal. */
export function requireBranch(what: string, branch: string): string {
  requireLiteral(what, branch);
  if (!/^[^\s~^:?*[\\]+$/.test(branch) || branch.length > 256 || branch.startsWith('refs/')) {
    throw new Error(`${what} is ${JSON.stringify(branch)}: write the branch's short name, such as "main", at most 256 characters.`);
  }
  return branch;
}
