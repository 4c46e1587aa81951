import { BundledPackage, bundledFolders, noticesOf } from '../../projenrc/third-party-licenses/notices';

test('packages of which something is in a bundle are found, nested ones too, and the project itself is none', () => {
  const inputs = {
    'src/core/plan.ts': { bytesInOutput: 10 },
    'node_modules/a/lib/x.js': { bytesInOutput: 1 },
    'node_modules/a/lib/y.js': { bytesInOutput: 1 },
    'node_modules/@s/b/x.js': { bytesInOutput: 1 },
    'node_modules/a/node_modules/@s/c/x.js': { bytesInOutput: 1 },
    'node_modules/shaken/x.js': { bytesInOutput: 0 },
  };
  expect(bundledFolders([{ outputs: { 'x.js': { inputs } } }, { outputs: { 'y.js': { inputs: { 'node_modules/z/x.js': { bytesInOutput: 1 } } } } }]))
    .toEqual(['node_modules/@s/b', 'node_modules/a', 'node_modules/a/node_modules/@s/c', 'node_modules/z']);
});

const a: BundledPackage = { name: 'a', version: '1.0.0', license: 'MIT', text: 'Text of MIT\n' };

test('a text that several packages have stands there once, with each of them', () => {
  const notices = noticesOf([a, { ...a, name: 'b', homepage: 'https://b', text: 'Text of MIT' }, { ...a, name: 'c', license: 'ISC', text: 'Text of ISC' }]);
  expect(notices.match(/Text of MIT/g)).toHaveLength(1);
  expect(notices).toContain('a 1.0.0, MIT\nb 1.0.0, MIT, https://b\n\nText of MIT\n');
  expect(notices).toContain('c 1.0.0, ISC\n\nText of ISC\n');
});

test('a package without a text is named', () => {
  expect(noticesOf([{ ...a, text: undefined }])).toContain('a 1.0.0, MIT\n\nThese packages name their license, and come without its text.');
});

test.each([['GPL-3.0'], [undefined]])('a package under %s is refused', (license) => {
  expect(() => noticesOf([{ ...a, license }])).toThrow(`a 1.0.0 is bundled, and its license is ${license === undefined ? 'undefined' : '"GPL-3.0"'}: allowed are`);
});
