import { usesOfScripts } from '../../src/core/lockfile/package-scripts';

function useOf(name: string, scripts: { [name: string]: string }): string | undefined {
  return usesOfScripts(scripts).get(name);
}

test.each([
  'test', 'pretest', 'posttest', 'test:unit', 'tdd', 'coverage', 'bench', 'e2e:chrome', 'check', 'check:types', 'check-types', 'cycle-check', 'types:check', 'typecheck',
])('a script called %s only checks', (name) => {
  expect(useOf(name, { [name]: 'x' })).toBe('test');
});

test.each(['lint', 'lint:fix', 'format', 'format:check', 'docs', 'doc:html'])('a script called %s looks at how something is written, or makes documents', (name) => {
  expect(useOf(name, { [name]: 'x' })).toBe('style');
});

test.each(['build', 'compile', 'checkout', 'tests', 'pretestify', 'prepare', 'docker', 'linters', 'version'])('a script called %s may build', (name) => {
  expect(useOf(name, { [name]: 'x' })).toBe('build');
});

test('what looks at how something is written checks where the tests\' own commands run it', () => {
  const scripts = { all: 'run-s lint', lint: 'eslint .', format: 'prettier -c .', build: 'tsc' };
  expect(Object.fromEntries(usesOfScripts(scripts, { build: '', test: 'npm run build && npm run format' })))
    .toEqual({ all: 'build', lint: 'test', format: 'test', build: 'build' });
  expect(useOf('format', scripts)).toBe('style');
});

describe('a check that a build runs', () => {
  test.each([
    'eslint .',
    'npx eslint . --ext .js,.ts --ignore-path=.gitignore',
    'FORCE_COLOR=1 NODE_OPTIONS=\'--no-warnings\' eslint "src/**/*.ts"',
    'eslint . && prettier --check .',
    'biome lint .',
    'stylelint "**/*.css"; tslint -p .',
    'prettier -l .',
  ])('is a check where it only looks: %s', (lint) => {
    expect(useOf('lint', { build: 'tsc && npm run lint', lint })).toBe('test');
  });

  test.each([
    'eslint . --fix',
    'eslint --fix-type problem .',
    'eslint . --cache',
    'eslint . -o report.html',
    'eslint . --output-file=report.html',
    'eslint . > report.txt',
    'prettier --write .',
    'prettier -w .',
    'prettier -lw .',
    'biome check --apply .',
    'biome migrate --write',
    'eslint . && node generate.js',
    'eslint . & node generate.js',
    'eslint $(node generate.js)',
    'eslint `node generate.js`',
    'eslint .\nnode generate.js',
    'eslint-and-more .',
    'a-tool',
  ])('is part of the build where it may write: %s', (lint) => {
    expect(useOf('lint', { build: 'tsc && npm run lint', lint })).toBe('build');
  });

  test('is part of the build where the build tells it to write', () => {
    expect(useOf('lint', { build: 'tsc && yarn lint --fix', lint: 'eslint .' })).toBe('build');
    expect(useOf('lint', { build: 'tsc && yarn lint', prepare: 'yarn lint --fix', lint: 'eslint .' })).toBe('build');
    expect(useOf('lint', { build: 'yarn lint --fix', prepare: 'yarn lint', lint: 'eslint .' })).toBe('build');
  });

  test('is what the build\'s own commands run as well', () => {
    const scripts = { lint: 'eslint .', format: 'prettier -w .', check: 'npm run format', test: 'mocha' };
    const uses = (build: string) => Object.fromEntries(usesOfScripts(scripts, { build, test: '' }));
    expect(uses('npm ci && npm run compile')).toEqual({ lint: 'style', format: 'style', check: 'test', test: 'test' });
    expect(uses('npm ci && npm run lint')).toEqual({ lint: 'test', format: 'style', check: 'test', test: 'test' });
    expect(uses('npm run lint -- --fix')).toEqual({ lint: 'build', format: 'style', check: 'test', test: 'test' });
    expect(uses('npm ci\nnpm run check\nnpm test')).toEqual({ lint: 'style', format: 'build', check: 'build', test: 'build' });
  });

  test.each([
    ['run-s lint:*'],
    ['npm-run-all --parallel *:a'],
    ['concurrently "npm:lint:a" "npm:x"'],
    ['concurrently "npm:lint*"'],
    ['pnpm run "/^lint:/"'],
    ['npm run b'],
  ])('is found by a pattern, or as what runs before or after: %s', (build) => {
    const scripts = { build, 'b': 'tsc', 'postb': 'npm run lint:a', 'lint:a': 'a-tool', 'test': 'mocha', 'format': 'other-tool' };
    expect(Object.fromEntries(usesOfScripts(scripts))).toEqual({ 'build': 'build', 'b': 'build', 'postb': 'build', 'lint:a': 'build', 'test': 'test', 'format': 'style' });
  });

  test('is not found in paths', () => {
    expect(useOf('test', { build: 'rm -rf lib/* && cp -r src/test/* lib && tsc -p test/tsconfig.json && ls /test/ *', test: 'mocha' })).toBe('test');
  });

  test('is found with what a package manager runs before it', () => {
    expect(Object.fromEntries(usesOfScripts({ build: 'npm test', pretest: 'a-tool', test: 'mocha', posttest: 'b' })))
      .toEqual({ build: 'build', pretest: 'build', test: 'build', posttest: 'build' });
  });

  test('is found through other scripts', () => {
    const scripts = { build: 'npm run check', check: 'run-s lint format', lint: 'eslint .', format: 'prettier -w .', test: 'mocha' };
    expect([...usesOfScripts(scripts)]).toEqual([['build', 'build'], ['check', 'build'], ['lint', 'test'], ['format', 'build'], ['test', 'test']]);
  });
});
