/** One of dynalite's parsers of expressions. */
export interface Parser {
  parse(expression: string, options: { readonly context: Context }): unknown;
}

interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, object>>;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isKeyCondition?: boolean;
}

/** A parsed expression, in which the values that it was parsed with are to be replaced by others of the same types. */
interface Known {
  readonly parsed: unknown;
  readonly values: ReadonlyMap<unknown, string>;
  readonly context: Context;
}

/** Has a parser parse each expression once: the same few come again and again with other values, and parsing them is half of what a write costs. */
export function rememberExpressions(parser: Parser): void {
  const known = new Map<string, Known>();
  const parse = parser.parse.bind(parser);
  parser.parse = (expression, { context }) => {
    const { attrNames = {}, attrVals = {}, isKeyCondition } = context;
    const key = JSON.stringify([expression, isKeyCondition, attrNames, Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)])]);
    let entry = known.get(key);
    if (entry === undefined) {
      const own = { ...context, attrVals: { ...attrVals }, unusedAttrNames: { ...context.unusedAttrNames }, unusedAttrVals: { ...context.unusedAttrVals } };
      entry = { parsed: parse(expression, { context: own }), values: new Map(Object.entries(attrVals).map(([name, value]) => [value, name])), context: own };
      known.set(key, entry);
    }
    forget(context.unusedAttrNames, entry.context.unusedAttrNames);
    forget(context.unusedAttrVals, entry.context.unusedAttrVals);
    return withValues(entry.parsed, entry.values, attrVals);
  };
}

/** What the expression uses is not unused any more. */
function forget(names: Record<string, true>, left: Readonly<Record<string, true>>): void {
  Object.keys(names).filter((name) => !Object.hasOwn(left, name)).forEach((name) => delete names[name]);
}

/** A copy with other values, as its user may change it. */
function withValues(parsed: unknown, values: Known['values'], attrVals: Readonly<Record<string, object>>): unknown {
  const name = values.get(parsed);
  if (name !== undefined) {
    return attrVals[name];
  }
  if (Array.isArray(parsed)) {
    return parsed.map((element) => withValues(element, values, attrVals));
  }
  return typeof parsed !== 'object' || parsed === null
    ? parsed : Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, withValues(value, values, attrVals)]));
}
