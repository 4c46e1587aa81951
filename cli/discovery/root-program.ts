import { Use } from './package-reads';
import { PathTargets } from './path-targets';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { fieldsOf } from './values';
import { usesOfScripts } from '../../src/core/lockfile/package-scripts';
import { languageOf } from '../../src/core/references/languages';
import { FileReferences, ReferenceScanner } from '../../src/core/references/reference-scanner';
import { isReadable, meaningful } from '../../src/core/references/source-text';

/** A part of what the root's scripts run. */
export interface ProgramPart {
  readonly use: Use;
  readonly references: FileReferences;
}

/** What the root's scripts say, and the files next to all components that they run or that these refer to: any component may be built by it. */
export function rootProgram(index: FileIndex, scanner: ReferenceScanner): ProgramPart[] {
  const scripts = scriptsOf(index.readOne('package.json'));
  const uses = usesOfScripts(scripts);
  const parts: ProgramPart[] = [];
  const targets = new PathTargets(index);
  for (const use of ['build', 'test', 'style'] as const) {
    const text = Object.entries(scripts).filter(([name]) => uses.get(name) === use).map(([, script]) => String(script)).join('\n');
    const files = new Set<string>();
    const take = (references: FileReferences, folder: string) => {
      parts.push({ use, references });
      references.paths.flatMap((path) => resolvePath(folder, path.text) ?? []).flatMap((path) => targets.locate(path).targets)
        .forEach(({ kind, path }) => kind === 'file' && files.add(path));
    };
    take(scanner.scan(text), '.');
    text.split(/[\s"';&|=]+/).map((word) => resolvePath('.', word)).forEach((path) => path !== undefined && index.has(path) && files.add(path));
    // A Set's iterator also visits what is added on the way.
    for (const path of files) {
      const content = isReadable(path) ? index.readOne(path) : undefined;
      if (content !== undefined) {
        take(scanner.scan(meaningful(path, content), languageOf(path)), folderOf(path));
      }
    }
  }
  return parts;
}

function scriptsOf(manifest: string | undefined): { readonly [name: string]: unknown } {
  try {
    return fieldsOf(fieldsOf(JSON.parse((manifest ?? '{}').replace(/^\uFEFF/, ''))).scripts);
  } catch {
    return {};
  }
}
