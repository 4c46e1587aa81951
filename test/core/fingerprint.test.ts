import * as fc from 'fast-check';
import { Catalogue } from '../../src/core/catalogue';
import { canonicalJson, catalogueDigest, sha256 } from '../../src/core/digest';
import { fingerprint, FingerprintInput } from '../../src/core/fingerprint';

const input: FingerprintInput = {
  component: 'app', inputsDigest: 'i', definition: 'd', dependencies: [{ name: 'lib', digest: '1' }, { name: 'base', digest: '2' }],
};

describe('fingerprint', () => {
  it('is a SHA-256 in hexadecimal', () => {
    expect(fingerprint(input)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stays the same from one release of this package to the next', () => {
    expect(fingerprint(input)).toBe(sha256('{"component":"app","definition":"d","dependencies":[["base","2"],["lib","1"]],"inputs":"i","version":1}'));
  });

  it('does not depend on the order of the dependencies', () => {
    expect(fingerprint({ ...input, dependencies: [...input.dependencies].reverse() })).toBe(fingerprint(input));
  });

  test.each<[string, Partial<FingerprintInput>]>([
    ['component', { component: 'other' }],
    ['inputs', { inputsDigest: 'j' }],
    ['definition', { definition: 'e' }],
    ['a dependency\'s digest', { dependencies: [{ name: 'lib', digest: '9' }, { name: 'base', digest: '2' }] }],
    ['a dependency\'s name', { dependencies: [{ name: 'lob', digest: '1' }, { name: 'base', digest: '2' }] }],
    ['one dependency less', { dependencies: [{ name: 'lib', digest: '1' }] }],
  ])('depends on: %s', (_, other) => {
    expect(fingerprint({ ...input, ...other })).not.toBe(fingerprint(input));
  });
});

describe('canonicalJson', () => {
  it('depends on the value alone', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  });

  it('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
    }));
  });
});

describe('catalogueDigest', () => {
  const catalogue: Catalogue = { version: 1, components: [{ name: 'a', path: 'a', dependsOn: ['b'] }, { name: 'b', path: 'b' }] };

  it('does not depend on the order of components and fields, nor on absent fields', () => {
    expect(catalogueDigest({ components: [{ path: 'b', name: 'b', include: undefined }, { name: 'a', dependsOn: ['b'], path: 'a' }], version: 1 }))
      .toBe(catalogueDigest(catalogue));
  });

  test.each<Partial<Catalogue>>([
    { solution: 's' }, { globalPaths: ['x'] }, { unownedPaths: 'all' }, { components: [catalogue.components[0], { name: 'b', path: 'c' }] },
  ])('depends on %j', (other) => {
    expect(catalogueDigest({ ...catalogue, ...other })).not.toBe(catalogueDigest(catalogue));
  });

  test('tells whether and in what state a catalogue was found, not at which commit', () => {
    const found = (foundAt: string, more: Partial<Catalogue> = {}) => catalogueDigest({ ...catalogue, foundAt, foundOn: '2026-01-01', ...more });
    expect(found('b'.repeat(40), { foundOn: '2026-01-02' })).toBe(found('a'.repeat(40)));
    expect(new Set([found('a'.repeat(40)), found('dirty'), found('a'.repeat(40), { dirtyPaths: ['a/x'] }), catalogueDigest(catalogue)]).size).toBe(4);
  });
});
