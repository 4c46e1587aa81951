import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, FAILSAFE_SCHEMA, load, loadAll, mapTag, mergeTag } from 'js-yaml';

/** A few lines of aliases of aliases can stand for more than any memory holds. */
const MAX_ALIASES = 100;
const ANY = { matchByTagPrefix: true, identify: () => false };

/** Tags that are not known leave values as they are. */
const LENIENT_SCHEMA = CORE_SCHEMA.withTags(
  defineScalarTag('', { ...ANY, resolve: (source) => source }),
  defineSequenceTag<unknown[]>('', { ...ANY, create: () => [], addItem: (items, item) => { items.push(item); } }),
  defineMappingTag('', { ...mapTag, ...ANY }),
);

const SHORT_FORMS = [
  'And', 'Base64', 'Cidr', 'Condition', 'Equals', 'FindInMap', 'ForEach', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Ref',
  'Select', 'Split', 'Sub', 'ToJsonString', 'Transform',
];

/** CloudFormation's short forms such as `!Ref x` become the long ones that JSON has. */
const TEMPLATE_SCHEMA = LENIENT_SCHEMA.withTags(...SHORT_FORMS.flatMap((name) => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const long = (value: unknown) => ({ [key]: value });
  const tag = { identify: () => false };
  return [
    defineScalarTag(`!${name}`, { ...tag, resolve: (text) => long(name === 'GetAtt' ? text.split('.') : text) }),
    defineSequenceTag<unknown[], object>(`!${name}`, { ...tag, create: () => [], addItem: (items, item) => { items.push(item); }, finalize: long }),
    defineMappingTag<Record<string, unknown>>(`!${name}`, { ...mapTag, ...tag, finalize: long }),
  ];
}));

/**
 * A CloudFormation template in YAML or JSON, with functions in their long form (`{ Ref: 'x' }`).
 * @throws Error for a text that is neither, or holds several documents
 */
export function readTemplateText(text: string): unknown {
  const documents = loadAll(text, { schema: TEMPLATE_SCHEMA, maxAliases: MAX_ALIASES });
  if (documents.length > 1) {
    throw new Error(`The template holds ${documents.length} documents instead of one.`);
  }
  return documents[0] ?? null;
}

/**
 * The content of a text in YAML (or JSON, which is YAML); null where it holds none.
 * A tag that is not known, such as CloudFormation's `!Ref`, leaves the value as it is.
 *
 * @throws Error that begins with `otherwise`, such as `buildspec.yml is not YAML`
 */
export function readYaml(text: string, otherwise: string): unknown {
  try {
    const [content = null, ...more] = readYamlDocuments(text);
    if (more.length > 0) {
      throw new Error(`it holds ${more.length + 1} documents instead of one`);
    }
    return content;
  } catch (error) {
    throw new Error(`${otherwise}: ${(error as Error).message}`);
  }
}

/**
 * The documents of a text in YAML, likewise.
 * @throws Error where it is none
 */
export function readYamlDocuments(text: string): unknown[] {
  return loadAll(text, { schema: LENIENT_SCHEMA, maxAliases: MAX_ALIASES });
}

/**
 * The content of a text in YAML or JSON with every scalar as the text that it is written as: a version `3.10` stays `3.10`.
 * @throws Error where it is none
 */
export function readYamlTexts(text: string): unknown {
  return load(text, { schema: FAILSAFE_SCHEMA.withTags(mergeTag), maxAliases: MAX_ALIASES });
}
