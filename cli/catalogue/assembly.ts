import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE_FILE } from '../../src/contract/objects';
import type { Catalogue } from '../../src/core/catalogue';
import { InputError } from '../errors';
import { parseCatalogue } from './parse';

/**
 * The catalogue that a synthesized cloud assembly carries next to its functions' code.
 *
 * Only assets that an asset manifest names count: the folder keeps those of earlier synths.
 *
 * @param solution which one, where the assembly holds several pipelines
 * @throws InputError where there is none, or several to choose from
 */
export function catalogueOfAssembly(folder: string, solution: string | undefined): Catalogue {
  if (!existsSync(folder)) {
    throw new InputError(`There is no cloud assembly at '${folder}'. Run cdk synth, or pass --catalogue FILE or --app FOLDER.`);
  }
  const texts = new Map<string, string>();
  for (const file of catalogueFiles(folder)) {
    const text = readFileSync(file, 'utf8');
    if (!texts.has(text)) {
      texts.set(text, file);
    }
  }
  const catalogues = [...texts].map(([text, file]) => parseCatalogue(text, file));
  const candidates = solution === undefined ? catalogues : catalogues.filter((catalogue) => catalogue.solution === solution);
  if (candidates.length === 1) {
    return candidates[0]!;
  }
  const names = catalogues.map((catalogue) => `'${catalogue.solution ?? ''}'`).sort().join(', ');
  if (catalogues.length === 0) {
    throw new InputError(`The cloud assembly at '${folder}' holds no catalogue: it has no modular pipeline. Pass --catalogue FILE.`);
  }
  if (solution === undefined) {
    throw new InputError(`The cloud assembly at '${folder}' holds ${catalogues.length} catalogues, of the solutions ${names}. Choose one with --solution NAME.`);
  }
  throw new InputError(`The cloud assembly at '${folder}' holds ${candidates.length} catalogues of solution '${solution}'; its solutions are ${names}.`);
}

function catalogueFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory() && entry.name.startsWith('assembly-')) {
      return catalogueFiles(join(folder, entry.name));
    }
    return entry.isFile() && entry.name.endsWith('.assets.json') ? cataloguesOfManifest(folder, entry.name) : [];
  });
}

function cataloguesOfManifest(folder: string, name: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { files?: { [hash: string]: { source?: { path?: string } } } };
  return Object.values(manifest.files ?? {}).flatMap(({ source }) => {
    const file = source?.path === undefined ? undefined : join(folder, source.path, CATALOGUE_FILE);
    return file !== undefined && existsSync(file) ? [file] : [];
  });
}
