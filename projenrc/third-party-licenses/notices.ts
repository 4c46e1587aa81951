/** What esbuild's metafile says of a bundle, as far as it is needed. */
export interface Metafile {
  readonly outputs: { readonly [path: string]: { readonly inputs: { readonly [path: string]: { readonly bytesInOutput: number } } } };
}

/** A package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
  /** Content of its license file; undefined where it has none. */
  readonly text?: string;
}

/** Licenses under which code may be published inside this package, with their texts. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/** Folders of the packages of which something is in the bundles, sorted. */
export function bundledFolders(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap((output) => Object.entries(output.inputs));
  return [...new Set(inputs.flatMap(([path, { bytesInOutput }]) => (
    bytesInOutput > 0 ? /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [] : []
  )))].sort();
}

/**
 * The notices that these packages' licenses ask for. A text that several packages have stands there once.
 *
 * @throws Error for a package whose license is not known to allow this
 */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const byText = new Map<string | undefined, BundledPackage[]>();
  for (const one of packages) {
    if (one.license === undefined || !ALLOWED.includes(one.license)) {
      throw new Error(`${one.name} ${one.version} is bundled, and its license is ${JSON.stringify(one.license)}: `
        + `allowed are ${ALLOWED.join(', ')}. Look at its license, and allow it or leave the package out.`);
    }
    const text = one.text?.trim();
    byText.set(text, [...byText.get(text) ?? [], one]);
  }
  const sections = [...byText].map(([text, members]) => [
    ...members.map(({ name, version, license, homepage }) => `${name} ${version}, ${license}${homepage === undefined ? '' : `, ${homepage}`}`),
    '',
    text ?? 'These packages name their license, and come without its text.',
  ].join('\n'));
  return `The files in this folder contain code of these packages.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
