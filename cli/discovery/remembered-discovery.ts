import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Origin } from './repository-files';
import { Discovery, DiscoveryOptions } from '../../src/contract/discovery';
import { Catalogue, DIRTY } from '../../src/core/catalogue';
import { canonicalJson, sha256 } from '../../src/core/digest';

/** What decides what is found, apart from options. */
export interface DiscoveryState {
  /** Digest of the content of every file. Undefined where it can't be told without reading all of them. */
  readonly digest: string | undefined;
  readonly origin: Origin | undefined;
  /** Where what was found last is kept. */
  readonly file: string;
}

/** What was found last, and what it was found with. */
interface Remembered {
  readonly key: string;
  /** What was asked of `commandsOf`, by folder. */
  readonly commands: readonly (readonly [folder: string, commands: unknown])[];
  readonly discovery: Discovery;
}

/**
 * What `discover` finds, or what it found last where nothing changed since: no file, no option, and not the program itself.
 *
 * @param program - digest of the program that discovers; undefined: nothing is remembered
 */
export function rememberDiscovery(
  { digest, origin, file }: DiscoveryState, options: DiscoveryOptions, program: string | undefined, discover: (options: DiscoveryOptions) => Discovery,
): Discovery {
  if (digest === undefined || program === undefined || origin === undefined) {
    return discover(options);
  }
  const { commandsOf, ...rest } = options;
  const key = sha256(canonicalJson([program, digest, rest, commandsOf !== undefined]));
  const before = read(file);
  if (before?.key === key && before.commands.every(([folder, commands]) => canonicalJson(commandsOf!(folder) ?? null) === canonicalJson(commands))) {
    return { ...before.discovery, catalogue: foundNow(before.discovery.catalogue, origin) };
  }
  const asked = new Map<string, unknown>();
  const discovery = discover(commandsOf === undefined ? options : {
    ...options,
    commandsOf: (folder) => {
      const commands = commandsOf(folder);
      asked.set(folder, commands);
      return commands;
    },
  });
  write(file, { key, commands: [...asked], discovery });
  return discovery;
}

/** The same facts of another commit with the same files. */
function foundNow(catalogue: Catalogue, { commit, day, dirty }: Origin): Catalogue {
  const { foundAt, foundOn: _, dirtyPaths: _paths, ...facts } = catalogue;
  return { ...facts, foundAt: foundAt === DIRTY ? DIRTY : commit, ...(day !== undefined && { foundOn: day }), ...(dirty.length > 0 && { dirtyPaths: dirty }) };
}

function read(file: string): Remembered | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  } catch {
    return undefined;
  }
}

/** As a whole or not at all: another synth may read it. Where it can't be kept, everything is looked at the next time, too. */
function write(file: string, remembered: Remembered): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(remembered));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A read-only repository.
  }
}

/** Digest of the program as it is bundled; undefined where it runs from its sources, of which any may have changed. */
export function programDigest(file: string): string | undefined {
  return file.endsWith('index.js') ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}
