import { Catalogue } from '../../src/core/catalogue';
import { assertCatalogue } from '../../src/core/validate';

/** Reads the catalogue that synth wrote, and refuses one that is not whole. */
export function loadCatalogue(path: string, readFile: (path: string) => string): Catalogue {
  const catalogue = loadJson<Catalogue>(path, readFile);
  assertCatalogue(catalogue);
  return catalogue;
}

export function loadJson<T>(path: string, readFile: (path: string) => string): T {
  try {
    return JSON.parse(readFile(path)) as T;
  } catch (error) {
    throw new Error(`Cannot read ${path}, which synth writes beside the code: ${(error as Error).message}`);
  }
}
