import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Words that a reader has to translate, and what says the same plainly. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bbeside\b/i, 'next to, or in addition to'],
  [/\banew\b/i, 'again'],
  [/\bmend(s|ed)?\b/i, 'fix'],
  [/\bas ever\b/i, 'as before'],
  [/\b(is|are) no [a-z]/i, 'is not a'],
  [/\b(some|no)body\b/i, 'someone, no one, or the thing that acts'],
  [/\b(told|tells)\b/i, 'reports, says, shows'],
  [/\bwish(es|ed)?\b/i, 'want'],
  [/\bwhoever\b/i, 'who'],
];

/** Not revised yet: each that is leaves the list. */
const DEFERRED = [/^API\.md$/, /^CHANGELOG\.md$/];

const documents = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' }).split('\0')
  .filter((path) => path !== '' && !DEFERRED.some((deferred) => deferred.test(path)) && !path.includes('/repository/'));

/** Lines outside of code. */
function proseOf(text: string): string[] {
  let isCode = false;
  return text.split('\n').map((line) => {
    const isFence = /^\s*```/.test(line);
    isCode = isFence ? !isCode : isCode;
    return isCode || isFence ? '' : line.replace(/`[^`]*`/g, '');
  });
}

test.each(documents)('%s is in plain words', (path) => {
  const found = proseOf(readFileSync(join(root, path), 'utf8')).flatMap((line, index) => WORDS.flatMap(([word, better]) => {
    const match = word.exec(line);
    return match === null ? [] : [`${path}:${index + 1}: "${match[0]}": write ${better}`];
  }));
  expect(found).toEqual([]);
});

test('README and the guides are among them, and the words are found', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/languages.md', 'docs/how-to/README.md']));
  expect(WORDS.filter(([word]) => word.test('beside it, made anew'))).toHaveLength(2);
  expect(proseOf('a\n```\nbeside\n```\n`beside` b')).toEqual(['a', '', '', '', ' b']);
});
