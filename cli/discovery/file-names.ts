import { InternalRules, internalRuleOf } from './internal-files';
import { baseName } from './repository-files';

/** Whether it is its name that makes a file internal, not its folder. */
export function isByName(rules: InternalRules, file: string): boolean {
  const rule = internalRuleOf(rules, file);
  return rule !== undefined && 'name' in rule;
}

/** A file's name without its extension. */
export function stemOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}

export function within(folder: string, path: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1);
}
