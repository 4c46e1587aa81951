import { baseName } from '../../core/paths';

/** The file of a component whose `path` may be the file itself: relative to the component's folder. */
export function fileOf(path: string, file: string | undefined, fallback: string): string {
  if (file !== undefined) {
    return file;
  }
  const last = baseName(path);
  return /\.[A-Za-z0-9]+$/.test(last) ? last : fallback;
}
