import { Random } from './random';

export interface Ranges {
  [name: string]: string;
}

/** The manifest of a package that the registry gives out. */
export interface Published {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Ranges;
  readonly optionalDependencies: Ranges;
  readonly peerDependencies: Ranges;
  readonly peerDependenciesMeta: { readonly [name: string]: { readonly optional: true } };
  readonly bin?: { readonly [command: string]: string };
}

/** All that may ever be published, by name and version. */
export type Universe = ReadonlyMap<string, ReadonlyMap<string, Published>>;

/** Two majors of each package; what is `x.1.0` is published later. */
export const VERSIONS = ['1.0.0', '1.1.0', '2.0.0', '2.1.0'];
const RANGES = ['^1.0.0', '^1.0.0', '^2.0.0', '^2.0.0', '*', '1.0.0', '2.0.0'];

export const PLAIN = [...Array.from({ length: 26 }, (_, index) => `p${index}`), ...Array.from({ length: 6 }, (_, index) => `@s/q${index}`)];
/** Packages that others leave to their dependents to bring. */
export const HOSTS = Array.from({ length: 8 }, (_, index) => `host${index}`);

/** A range of a package; sometimes under another name. */
export function requirement(random: Random, name: string): [name: string, range: string] {
  const range = random.pick(RANGES);
  return random.chance(0.1) ? [`alias-of-${name.replace(/\W+/g, '-')}`, `npm:${name}@${range === '*' ? '^1.0.0' : range}`] : [name, range];
}

export function generateUniverse(seed: string): Universe {
  const random = new Random(seed);
  return new Map([...PLAIN, ...HOSTS].map((name, index) => (
    [name, new Map(VERSIONS.map((version) => [version, generatePackage(random, name, version, index)]))]
  )));
}

function generatePackage(random: Random, name: string, version: string, index: number): Published {
  const isHost = HOSTS.includes(name);
  // Mostly those further on, so that what is required ends; some cycles.
  const later = PLAIN.slice(Math.min(index + 1, PLAIN.length - 3));
  const dependencies = isHost ? random.some(PLAIN.slice(-6), 1) : random.some(random.chance(0.1) ? PLAIN : later, 3);
  const peers = isHost ? [] : random.chance(0.35) ? random.some(HOSTS, 2) : [];
  const optionalPeers = peers.filter(() => random.chance(0.5));
  const own = dependencies.filter((other) => other !== name);
  const optional = own.filter(() => random.chance(0.15));
  return {
    name,
    version,
    dependencies: Object.fromEntries(own.filter((other) => !optional.includes(other)).map((other) => requirement(random, other))),
    optionalDependencies: Object.fromEntries(optional.map((other) => [other, random.pick(RANGES)])),
    peerDependencies: Object.fromEntries(peers.map((peer) => [peer, random.chance(0.7) ? '*' : '>=1'])),
    peerDependenciesMeta: Object.fromEntries(optionalPeers.map((peer) => [peer, { optional: true as const }])),
    ...(random.chance(0.2) && { bin: { [`run-${name.replace(/\W+/g, '-')}`]: 'index.js' } }),
  };
}
