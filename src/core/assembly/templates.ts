import { BuiltImage, withDigests } from './image-references';
import { sha256 } from '../digest';

/** A nested stack's template, which is a file asset of its root. */
export interface NestedTemplate {
  /** From the assembly's folder. */
  readonly path: string;
  readonly id: string;
  readonly objectKey: string;
  readonly text: string;
}

export interface RewrittenTemplate {
  readonly text: string;
  readonly objectKey: string;
  readonly isChanged: boolean;
}

/** The templates of one stack with their images named by digest. */
export interface RewrittenTemplates {
  readonly root: string;
  /** By the path of the nested template. Those that stay as they are keep their key. */
  readonly nested: ReadonlyMap<string, RewrittenTemplate>;
}

/**
 * Names images by digest in a stack's template and in those of its nested stacks. A nested template that changes gets the key of its new content, in
 * all templates that name it.
 */
export function rewriteTemplates(
  root: { readonly file: string; readonly text: string }, nested: readonly NestedTemplate[], images: readonly BuiltImage[],
): RewrittenTemplates {
  const done = new Map<string, RewrittenTemplate>();
  const rewrite = (text: string, file: string, way: readonly string[]): string => nested.reduce((changed, other) => {
    if (way.includes(other.path) || !changed.includes(other.objectKey)) {
      return changed;
    }
    return changed.replaceAll(other.objectKey, finished(other, way).objectKey);
  }, withDigests(text, images, file));
  const finished = (template: NestedTemplate, way: readonly string[]) => {
    const known = done.get(template.path);
    if (known !== undefined) {
      return known;
    }
    const text = rewrite(template.text, template.path, [...way, template.path]);
    const isChanged = text !== template.text;
    const result = { text, isChanged, objectKey: isChanged ? template.objectKey.replaceAll(template.id, sha256(text)) : template.objectKey };
    done.set(template.path, result);
    return result;
  };
  nested.forEach((template) => finished(template, []));
  return { root: rewrite(root.text, root.file, []), nested: done };
}
