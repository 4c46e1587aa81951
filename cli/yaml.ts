import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, load, loadAll, mapTag } from 'js-yaml';

const ANY = { matchByTagPrefix: true, identify: () => false };

/** Functions of CloudFormation (`!Sub`) leave their arguments. */
const TEMPLATE_SCHEMA = CORE_SCHEMA.withTags(
  defineScalarTag('', { ...ANY, resolve: (source) => source }),
  defineSequenceTag<unknown[]>('', { ...ANY, create: () => [], addItem: (items, item) => { items.push(item); } }),
  defineMappingTag('', { ...mapTag, ...ANY }),
);

/**
 * The documents of a text in YAML.
 *
 * @throws Error where it is none
 */
export function parseYaml(text: string): unknown[] {
  return loadAll(text, { schema: CORE_SCHEMA });
}

/**
 * A template of CloudFormation, in YAML or JSON.
 *
 * @throws Error where it is none
 */
export function parseTemplate(text: string): unknown {
  return load(text, { schema: TEMPLATE_SCHEMA, maxAliases: 1000 });
}
