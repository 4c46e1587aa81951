/** The demonstration: tells what a merge builds, versions, deploys and records, and checks what it tells. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { builtOnce, check, Claim, deployedEverywhere, nothingLeft } from './check';
import { showProgress } from './progress';
import { DemoRepository } from './repository';
import { begin, BRANCH, Step, STORY } from './story';
import { exampleEnvironment } from '../example-context';
import { CommitReport, reportCommit } from '../report/commit-report';
import { findSolution } from '../report/solution';
import { formatReport } from '../report/table';
import { LocalSystem } from '../system';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'ml-training-pipeline');
/** Parameters of the example's template that differ between environments on purpose. */
const OWN_PARAMETERS = ['EnvironmentName'];

interface Told {
  readonly step: Step;
  /** What someone typed, and was answered. */
  readonly typed: readonly string[];
  readonly report: CommitReport;
  readonly claims: readonly Claim[];
}

/** Where the code is: CodeCommit, or a Git host behind a connection. */
type SourceKind = 'codecommit' | 'git';

const CONNECTION = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

async function tell(source: SourceKind, directory: string, onStep: (number: number, step: Step) => void, onTold: (told: Told) => void): Promise<Told[]> {
  const assembly = join(directory, 'cdk.out');
  synthesize(source, assembly);
  const repositoryDirectory = join(directory, 'repository');
  const repository = DemoRepository.create(repositoryDirectory, join(EXAMPLE, 'repository'), BRANCH);
  const first = STORY[0].change(repository, undefined as never, []);
  const system = await LocalSystem.start({ assembly, repository: repositoryDirectory, branch: BRANCH, standInsOnly: true });
  try {
    system.standIns.forEach((line) => console.error(styleText('dim', line)));
    const solution = findSolution(system, BRANCH);
    const told: Told[] = [];
    for (const [index, step] of STORY.entries()) {
      onStep(index + 1, step);
      const commits = told.map(({ report }) => report.commit);
      const target = index === 0 ? first : step.change(repository, system, commits);
      // What is retried was started by the step before.
      const known = system.executions.length - (step.retry ? 1 : 0);
      const stopProgress = await showProgress(() => system.executions.slice(known).at(-1));
      const typed = await begin(step, system, target);
      await system.waitUntilIdle().finally(stopProgress);
      const report = await reportCommit(system, solution, target, system.executions.slice(known));
      const claims = [
        ...check(step, report, told.map((earlier) => earlier.report)),
        ...(step.refused ? [nothingLeft(system.changeSets)] : []),
        ...(step.deployed === undefined ? [] : [deployedEverywhere(step.deployed, system.stacks)]),
      ];
      told.push({ step, typed, report, claims: step.outcome === 'Succeeded' ? [...claims, builtOnce(report, OWN_PARAMETERS)] : claims });
      onTold(told.at(-1)!);
    }
    return told;
  } finally {
    await system.stop();
  }
}

function synthesize(source: SourceKind, outdir: string): void {
  const context = JSON.parse(exampleEnvironment(EXAMPLE).CDK_CONTEXT_JSON) as object;
  const root = join(__dirname, '..', '..');
  execFileSync(process.execPath, [join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'), '--tsconfig', join(root, 'test', 'tsconfig.json'), join(EXAMPLE, 'app.ts')], {
    cwd: root, env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...(source === 'git' && { connectionArn: CONNECTION }) }), CDK_OUTDIR: outdir }, stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function print({ typed, report, claims }: Told): void {
  if (typed.length > 0) {
    console.log(`${typed.map((line) => `  ${line}`).join('\n')}\n`);
  }
  console.log(formatReport(report));
  for (const { text, holds, found } of claims) {
    console.log(holds ? `  ${styleText('green', '✓')} ${text}` : `  ${styleText('red', '✗')} ${text}; found ${found}`);
  }
  console.log();
}

async function main(): Promise<number> {
  const { values: { json, source } } = parseArgs({ options: { json: { type: 'boolean', default: false }, source: { type: 'string', default: 'codecommit' } } });
  if (source !== 'codecommit' && source !== 'git') {
    throw new Error(`--source is '${source}': it takes codecommit or git.`);
  }
  const directory = mkdtempSync(join(tmpdir(), 'modular-pipeline-demo-'));
  try {
    const told = await tell(
      source,
      directory,
      (number, { title, moral }) => json || console.log(`${styleText('bold', `${number}. ${title}`)}\n   ${moral}\n`),
      (step) => json || print(step),
    );
    const claims = told.flatMap((step) => step.claims);
    const broken = claims.filter(({ holds }) => !holds);
    if (json) {
      console.log(JSON.stringify(told.map(({ step, report, claims: checked }) => ({ title: step.title, ...report, claims: checked })), undefined, 2));
    } else {
      console.log(broken.length === 0
        ? `The story holds: ${STORY.length} steps, ${claims.length} claims checked.`
        : `The story does not hold: ${broken.length} of ${claims.length} claims are false.`);
    }
    return broken.length === 0 ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
