import { CORE_SCHEMA, loadAll } from 'js-yaml';

/**
 * The documents of a text in YAML.
 *
 * @throws Error where it is none
 */
export function parseYaml(text: string): unknown[] {
  return loadAll(text, { schema: CORE_SCHEMA });
}
