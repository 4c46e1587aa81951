/** A reference in a template: `Ref` of a resource or parameter, or `Fn::GetAtt` of a resource, which has an attribute. */
export interface Reference {
  readonly id: string;
  readonly attribute?: string;
}

/** All references in a value of a template, those in `Fn::Sub` as well. */
export function referencesIn(value: unknown): Reference[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value as { 'Ref'?: unknown; 'Fn::GetAtt'?: unknown; 'Fn::Sub'?: unknown };
  return [
    ...(typeof ref === 'string' ? [{ id: ref }] : []),
    ...(attribute === undefined ? [] : [attributeReference(attribute)]),
    ...referencesInText(sub),
    ...Object.values(value).flatMap((child) => referencesIn(child)),
  ];
}

/** `Fn::GetAtt` takes a list, or in YAML a text with a dot. */
function attributeReference(value: unknown): Reference {
  const [id, ...attribute] = Array.isArray(value) ? value.map(String) : String(value).split('.');
  return { id, attribute: attribute.join('.') };
}

/** Names that `Fn::Sub` has values of its own for are none; `${!Name}` stays as it is. */
function referencesInText(sub: unknown): Reference[] {
  const [text, own] = Array.isArray(sub) ? [sub[0] as unknown, Object.keys((sub[1] ?? {}) as object)] : [sub, []];
  if (typeof text !== 'string') {
    return [];
  }
  const names = [...text.matchAll(/\$\{([A-Za-z0-9.]+)\}/g)].map(([, name]) => name).filter((name) => !own.includes(name));
  return names.map((name) => (name.includes('.') ? attributeReference(name) : { id: name }));
}
