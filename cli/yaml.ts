import { CORE_SCHEMA, loadAll } from 'js-yaml';

/**
 * The content of a text in YAML; null where it holds none.
 *
 * @throws Error where it is no YAML, or holds several documents
 */
export function parseYaml(text: string): unknown {
  const [content = null, ...more] = loadAll(text, { schema: CORE_SCHEMA });
  if (more.length > 0) {
    throw new Error(`it holds ${more.length + 1} documents instead of one`);
  }
  return content;
}
