import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Answer, answersOf } from './support/answers';

/** Small repositories, each a shell script that makes one, changes it and says in words which components have to be built. Set CASES_DATA to their folder. */
const folder = process.env.CASES_DATA;
const CLI = resolve(__dirname, '../../assets/cli/cdk-modular-pipeline/index.js');
const MINUTES = 60_000;

/** Package managers that some cases run: programs of their own, named by variables. */
const MANAGERS = ['YARN', 'YARN1', 'PNPM'];

/** Cases that judge themselves, or need clones of public repositories. */
const UNJUDGED = /^(?:40|46|50)-/;

interface Judgement {
  readonly right: string;
  readonly answers: readonly Answer[];
}

if (folder === undefined) {
  console.warn('CASES_DATA is not set: the cases of change detection are not run. Set it to the folder of their scripts.');
}

const scripts = folder === undefined ? [] : readdirSync(folder).filter((name) => /^\d.*\.sh$/.test(name) && !UNJUDGED.test(name)).sort();
const isReady = (script: string) => MANAGERS.every((manager) => process.env[manager] !== undefined || !new RegExp(`\\$\\{${manager}\\b|\\$${manager}\\b`).test(textOf(script)));

(scripts.length === 0 ? describe.skip : describe)('what has to be built is, with the catalogue found at the head, at the baseline and before', () => {
  let work: string;
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'cases-'));
    scripts.forEach((script) => copyFileSync(join(folder!, script), join(work, script)));
    copyFileSync(join(__dirname, 'support/judge.sh'), join(work, 'lib.sh'));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  if (scripts.length === 0) {
    test.todo('CASES_DATA names no folder of cases');
  }
  scripts.forEach((script) => {
    (isReady(script) ? test : test.skip)(isReady(script) ? script : `${script} (needs a package manager: set ${MANAGERS.join(', ')})`, () => {
      const judgements = run(work, script);
      expect(judgements.length).toBeGreaterThan(0);
      expect(judgements.flatMap(missed)).toEqual([]);
    }, 3 * MINUTES);
  });
});

/** Cases of this project: each by itself, and once more with a package at the root. */
describe('what has to be built is, of repositories made for one kind of fact each', () => {
  const own = join(__dirname, 'own');
  const work = mkdtempSync(join(tmpdir(), 'own-cases-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const cases = readdirSync(own).filter((name) => name.endsWith('.sh') && name !== 'lib.sh').sort().map((script) => script.replace(/\.sh$/, ''));

  const judge = async (script: string, root: string) => {
    const repository = join(work, script + root);
    const { status, stdout, stderr } = spawnSync('bash', [join(own, `${script}.sh`), repository], { encoding: 'utf8', env: { ...process.env, ROOT_PACKAGE: root } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [right, unchanged = ''] = /^RIGHT\t(.*)$/m.exec(stdout)![1].split('; unchanged:');
    return { right, unchanged: unchanged.split(',').map((name) => name.trim()).filter((name) => name !== ''), answers: await answersOf(repository) };
  };

  test.each(cases)('%s', async (script) => {
    const { right, unchanged, answers } = await judge(script, '');
    expect(missed({ right, answers })).toEqual([]);
    // With a catalogue that holds nothing more is built.
    const built = answers.at(-1)!.plan.changed!.map(({ component }) => component);
    expect(unchanged.filter((name) => built.includes(name))).toEqual([]);
  }, 3 * MINUTES);

  test.each(cases)('%s, with a package at the root', async (script) => {
    expect(missed(await judge(script, '1'))).toEqual([]);
  }, 3 * MINUTES);
});

function textOf(script: string): string {
  return readFileSync(join(folder!, script), 'utf8');
}

function run(work: string, script: string): Judgement[] {
  const { status, stdout, stderr } = spawnSync('bash', [script, join(work, script.replace(/\.sh$/, ''))], {
    cwd: work, encoding: 'utf8', env: { ...process.env, CLI, CASES_LIBRARY: join(folder!, 'lib.sh') }, timeout: 2 * MINUTES,
  });
  if (status !== 0) {
    throw new Error(`${script} ended with ${status}: ${stderr}`);
  }
  const judgements: Judgement[] = [];
  let answers: Answer[] = [];
  for (const line of stdout.split('\n')) {
    const [kind, first = '', second = ''] = line.split('\t');
    if (kind === 'ANSWER') {
      answers.push({ commit: first, plan: JSON.parse(second) as Answer['plan'] });
    } else if (kind === 'RIGHT') {
      judgements.push({ right: first, answers });
      answers = [];
    }
  }
  return judgements;
}

/** What should be built and is not, by commit of the catalogue. */
function missed({ right, answers }: Judgement): string[] {
  return answers.flatMap(({ commit, plan }) => {
    if (plan.error !== undefined) {
      // Before the head there may be nothing to find yet.
      return commit === 'HEAD' ? [`${commit}: ${plan.error} fails`] : [];
    }
    const built = plan.changed!.map(({ component }) => component);
    const known = [...built, ...plan.unchanged!];
    return namesIn(right).flatMap((name) => {
      const component = componentNamed(name, known);
      if (component === undefined) {
        return commit === 'HEAD' ? [`${commit}: there is no component ${name}`] : [];
      }
      return built.includes(component) ? [] : [`${commit}: ${component} is not built`];
    });
  });
}

/** `a, b and c changed: because`. */
function namesIn(right: string): string[] {
  const list = /^(.*?)\bchanged\b/.exec(right)?.[1] ?? '';
  return list.split(/,|\band\b|\s/).map((name) => name.trim()).filter((name) => name !== '');
}

/** The component of a name, or of the last parts of its name. */
function componentNamed(name: string, known: readonly string[]): string | undefined {
  return known.find((component) => component === name) ?? known.find((component) => component.endsWith(`/${name}`));
}


test('the words of a right answer name components', () => {
  expect(namesIn('core, app and cmd changed, and what is built differs')).toEqual(['core', 'app', 'cmd']);
  expect(missed({ right: 'core changed', answers: [{ commit: 'HEAD', plan: { changed: [], unchanged: ['x/core'] } }] })).toEqual(['HEAD: x/core is not built']);
});
