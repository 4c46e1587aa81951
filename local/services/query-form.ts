import { escapeXml } from './s3/xml';

/** AWS's query protocol: a form in, XML out. */

type Value = string | { [name: string]: Value };

/** `A.member.1.B=c` is `{ A: [{ B: 'c' }] }`. */
export function parseForm(form: URLSearchParams): unknown {
  const root: { [name: string]: Value } = {};
  for (const [path, value] of form) {
    const names = path.split('.');
    let at = root;
    for (const name of names.slice(0, -1)) {
      at = (at[name] ??= {}) as { [name: string]: Value };
    }
    at[names[names.length - 1]] = value;
  }
  return lists(root);
}

function lists(value: Value): unknown {
  if (typeof value === 'string') {
    return value;
  }
  if (Object.keys(value).length === 1 && typeof value.member === 'object') {
    return Object.entries(value.member).sort(([a], [b]) => Number(a) - Number(b)).map(([, element]) => lists(element));
  }
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, lists(child)]));
}

/** The answer of an operation. */
export function successXml(operation: string, output: object, requestId: string): string {
  return `<${operation}Response><${operation}Result>${members(output)}</${operation}Result>`
    + `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

/** An error of a service's model. */
export function errorXml(name: string, message: string, requestId: string): string {
  return '<ErrorResponse><Error><Type>Sender</Type>'
    + `<Code>${escapeXml(name)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function members(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((element) => `<member>${members(element)}</member>`).join('');
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).filter(([, child]) => child !== undefined).map(([name, child]) => `<${name}>${members(child)}</${name}>`).join('');
  }
  return escapeXml(String(value));
}
