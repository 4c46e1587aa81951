/**
 * What a text in TOML holds. The parser is loaded when the first is read.
 *
 * @throws Error where it is none
 */
export function readToml(text: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Its types say that it is an ES module alone; it has a CommonJS half as well.
  return (require('smol-toml') as { parse(text: string): unknown }).parse(text);
}
