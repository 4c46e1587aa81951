/** Names of tags that are taken: what goes into variables of the pipeline, and nothing that Git or CodePipeline would read anything else into. */
const TAG = /^[A-Za-z0-9_+@./-]{1,256}$/;
const WILDCARD = '*';

/** Why a text is no pattern of tags; nothing where it is one. */
export function tagPatternProblem(pattern: string): string | undefined {
  if (pattern.split(WILDCARD).length > 2) {
    return 'it holds more than one *';
  }
  const example = pattern.replace(WILDCARD, 'x');
  if (!TAG.test(example)) {
    return 'it takes letters, digits, one * and _ + @ . / - only, at most 256';
  }
  return isRefName(example) ? undefined : 'Git has no tag of such a name';
}

/**
 * What stands for the `*` of a pattern; the whole tag where the pattern has none. Nothing where the tag is none of the pattern: `*` stands for one character
 * at least, slashes among them.
 */
export function restOfTag(pattern: string, tag: string): string | undefined {
  if (!TAG.test(tag)) {
    return undefined;
  }
  const [prefix, suffix] = pattern.split(WILDCARD);
  if (suffix === undefined) {
    return tag === pattern ? tag : undefined;
  }
  const isLongEnough = tag.length > prefix!.length + suffix.length;
  return isLongEnough && tag.startsWith(prefix!) && tag.endsWith(suffix) ? tag.slice(prefix!.length, tag.length - suffix.length) : undefined;
}

/** What all tags of the pattern begin with. */
export function prefixOfTags(pattern: string): string {
  return pattern.split(WILDCARD)[0]!;
}

/** As `git check-ref-format` has it, of the characters that are left. */
function isRefName(name: string): boolean {
  return !/(^|\/)\.|\.\.|\/\/|^\/|\/$|\.$|@\{|^@$|^-/.test(name) && !name.split('/').some((part) => part.endsWith('.lock'));
}
