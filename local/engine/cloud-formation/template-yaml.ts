import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, loadAll, mapTag } from 'js-yaml';

const SHORT_FORMS = ['And', 'Base64', 'Cidr', 'Condition', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or', 'Ref', 'Select', 'Split', 'Sub', 'Transform'];
const NEVER_WRITTEN = { identify: () => false };

/** Short forms such as `!Ref x` become the long ones that JSON has. */
const SCHEMA = CORE_SCHEMA.withTags(...SHORT_FORMS.flatMap((name) => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const long = (value: unknown) => ({ [key]: value });
  return [
    defineScalarTag(`!${name}`, { ...NEVER_WRITTEN, resolve: (text) => long(name === 'GetAtt' ? text.split('.') : text) }),
    defineSequenceTag<unknown[], object>(`!${name}`, { ...NEVER_WRITTEN, create: () => [], addItem: (items, item) => { items.push(item); }, finalize: long }),
    defineMappingTag<Record<string, unknown>>(`!${name}`, { ...mapTag, ...NEVER_WRITTEN, finalize: long }),
  ];
}));

/** The content of a template. @throws Error for a text that is neither YAML nor JSON, holds several documents, or has a tag that is none of the short forms */
export function readTemplateText(text: string): unknown {
  const documents = loadAll(text, { schema: SCHEMA });
  if (documents.length > 1) {
    throw new Error(`it holds ${documents.length} documents instead of one`);
  }
  return documents[0];
}
