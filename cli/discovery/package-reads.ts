import { InternalRules, internalRuleOf, isStyleFile } from './internal-files';

/** What something is read for; of several the first counts. `style`: by checks that look at how something is written: linters, formatters, hooks of Git. */
export const USES = ['build', 'test', 'style'] as const;
export type Use = typeof USES[number];

/** What a package's files and manifest say that it reads, and what others read of it. */
export class PackageReads {
  /** Its files, relative to its folder, without those of packages nested in it. */
  public readonly files: string[] = [];
  /** Folders of the packages that what is built of it may contain or be made with. */
  public readonly build = new Set<string>();
  /** Folders of the packages that its tests or checks read. */
  public readonly test = new Set<string>();
  /** Files, and folders that end in a `/`, outside of it that it reads without depending on what owns them. */
  public readonly includes = new Map<string, Use>();
  /** Folders that hold components, or all of the repository, that it reads as a whole or that its paths start from. */
  public readonly walks = new Map<string, Use>();
  /** Paths, relative to its folder, of files that the package publishes or builds with, or that other packages refer to. */
  public readonly readFiles = new Set<string>();
  /** Likewise of folders that are read as a whole. */
  public readonly readFolders = new Set<string>();
  /** Of the names that were looked for: those that it mentions. */
  public readonly mentions = noMentions();
  /** Of the stems that were looked for: those that it mentions, also in tests. */
  public readonly stems = new Set<string>();
  /** What it is built of loads or lists something that can't be told. */
  public isComputed = false;

  public dependOn(folder: string, use: Use): void {
    this[use === 'build' ? 'build' : 'test'].add(folder);
  }
}

export type Mentions = { readonly [use in Use]: Set<string> };

export function noMentions(): Mentions {
  return { build: new Set(), test: new Set(), style: new Set() };
}

/** Whether `use` says more than what is known already, if anything. */
export function isStronger(use: Use, known: Use | undefined): boolean {
  return known === undefined || USES.indexOf(use) < USES.indexOf(known);
}

/** What a file of a package is for, by its path relative to the package. */
export function useOfFile(rules: InternalRules, file: string): Use {
  return internalRuleOf(rules, file) === undefined ? 'build' : isStyleFile(file) ? 'style' : 'test';
}
