import { DiscoveredPackage, Ecosystem, FoundPackage } from './ecosystem';
import { commonRules } from './internal-files';

/** One package for each folder: where several ecosystems have a manifest in one, what any of them says holds. */
export function mergePackages(found: readonly { readonly ecosystem: Ecosystem; readonly packages: readonly DiscoveredPackage[] }[]): FoundPackage[] {
  const byFolder = new Map<string, { one: DiscoveredPackage; ecosystem: Ecosystem }[]>();
  for (const { ecosystem, packages } of found) {
    for (const one of packages) {
      byFolder.set(one.folder, [...byFolder.get(one.folder) ?? [], { one, ecosystem }]);
    }
  }
  return [...byFolder.values()].map((parts) => {
    const all = parts.map(({ one }) => one);
    const importable = all.flatMap((one) => one.importable ?? []);
    const textOf = (use: 'build' | 'test' | 'style') => all.map(({ manifestTexts }) => manifestTexts[use] ?? '').join('\n');
    return {
      ...all[0]!,
      dependencies: all.flatMap(({ dependencies }) => dependencies),
      references: all.flatMap(({ references }) => references),
      published: all.flatMap(({ published }) => published),
      paths: all.flatMap(({ paths = [] }) => paths),
      reachable: all.flatMap(({ reachable = [] }) => reachable),
      sharedPaths: all.flatMap(({ sharedPaths = [] }) => sharedPaths),
      overrides: all.flatMap(({ overrides = [] }) => overrides),
      ...(all.every(({ takes }) => takes !== undefined) && { takes: all.flatMap(({ takes = [] }) => takes) }),
      ...(importable.length > 0 && {
        importable: { names: importable.flatMap(({ names }) => names), from: new Set(importable.flatMap(({ from }) => [...from])) },
      }),
      fields: all.map(({ fields }) => fields).find((fields) => fields !== undefined),
      manifestTexts: { build: textOf('build'), test: textOf('test'), style: textOf('style') },
      isOpaque: all.some(({ isOpaque }) => isOpaque),
      ecosystems: parts.map(({ ecosystem }) => ecosystem.name),
      internal: commonRules(parts.map(({ ecosystem }) => ecosystem.internal)),
    };
  });
}
