import { AssemblyError } from './error';

/** An image as a template names it, and the digest of what was built. */
export interface BuiltImage {
  readonly title: string;
  /** As the assembly says it, with its placeholders. */
  readonly repositoryName: string;
  readonly imageTag: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/**
 * A template with its images named by digest: what runs is what was built, whatever else was pushed under the CDK's tag.
 * @throws AssemblyError where a template names an image in a way that cannot be rewritten
 */
export function withDigests(template: string, images: readonly BuiltImage[], file: string): string {
  return images.reduce((text, { title, repositoryName, imageTag, digest }) => {
    const rewritten = text.replaceAll(`${repositoryName}:${imageTag}`, `${repositoryName}@${digest}`);
    if (new RegExp(`[:"]${escapeRegExp(imageTag)}"`).test(withoutMetadata(rewritten))) {
      throw new AssemblyError(`${file} names the tag of ${title} apart from its repository. In the place the image has another tag: name it by its URI (imageUri).`);
    }
    return rewritten;
  }, template);
}

/** Paths of assets are there for tools on a developer's machine, and hold the hash as well. */
function withoutMetadata(text: string): string {
  return text.replace(/"aws:asset:[a-z-]+"\s*:\s*"[^"]*"/g, '""');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
