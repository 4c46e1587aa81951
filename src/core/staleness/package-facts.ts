import { Catalogue } from '../catalogue';
import { readLockfile, YamlParser } from '../lockfile/lockfiles';
import { ResolvedNode } from '../lockfile/resolved-graph';

/**
 * Tells whether a lockfile's packages bring no further commands, and leave no further packages to others to bring, of those whose users a catalogue knows.
 * Then these users are still the same, as far as a lockfile decides that. False for lockfiles that can't be read.
 */
export function packageComparer(
  { components, sharedPackages = {} }: Catalogue, parseYaml: YamlParser,
): (path: string, before: string, after: string) => boolean {
  const judged = new Set([...Object.keys(sharedPackages), ...components.flatMap(({ testPackages = [] }) => testPackages)]);
  return (path, before, after) => {
    if (judged.size === 0) {
      return true;
    }
    try {
      const known = factsOf(path, before, judged, parseYaml);
      return [...factsOf(path, after, judged, parseYaml)].every((fact) => known.has(fact));
    } catch {
      return false;
    }
  };
}

function factsOf(path: string, text: string, judged: ReadonlySet<string>, parseYaml: YamlParser): Set<string> {
  const facts = new Set<string>();
  const seen = new Set<ResolvedNode>(readLockfile(path, text, parseYaml).importers.values());
  // A Set's iterator also visits what is added on the way.
  for (const node of seen) {
    for (const [name, dependency] of node.dependencies) {
      if (dependency === undefined) {
        continue;
      }
      seen.add(dependency);
      dependency.peers?.filter((peer) => judged.has(peer)).forEach((peer) => facts.add(`${name} leaves ${peer}`));
      if (judged.has(name)) {
        (dependency.commands ?? ['?']).forEach((command) => facts.add(`${name} brings ${command}`));
      }
    }
  }
  return facts;
}
