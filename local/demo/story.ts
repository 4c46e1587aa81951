import { DemoRepository } from './repository';
import { takeWayOut } from './way-out';
import { ReasonKind } from '../../src/core/reasons';
import { LocalSystem } from '../system';

/** What is to become of a component in a step. Components that are not named are to be unchanged. */
export interface Expected {
  readonly action: 'built' | 'reused' | 'failed';
  readonly reasons: readonly ReasonKind[];
}

export interface Step {
  readonly title: string;
  /** What it shows. */
  readonly moral: string;
  /** Changes the repository, and what is around it. @returns the commit that the branch moves to */
  readonly change: (repository: DemoRepository, system: LocalSystem, commits: readonly string[]) => string;
  /** What goes on instead of the branch's move: nothing is started, an execution is retried. Resolves to what was typed for it. */
  readonly retry?: (system: LocalSystem) => Promise<string[]>;
  /** The execution's status, or that none is started. */
  readonly outcome: 'Succeeded' | 'Failed' | 'not started';
  readonly components: Readonly<Record<string, Expected>>;
  /** The step, by its number, whose release the plan is compared with and which is live afterwards unless this one succeeds. */
  readonly baseline?: number;
  /** The step, by its number, whose builds are to be live again. */
  readonly sameAs?: number;
  /** What the template of every environment holds afterwards. */
  readonly deployed?: string;
  /** What the guard of an environment refuses. */
  readonly refused?: { readonly environment: string; readonly resource: string; readonly because: string };
}

export const BRANCH = 'dev';

const REFERENCE_BUCKET = 'ml-training-reference-data';
const REFERENCE_FILE = 'columns.csv';
const FETCH_REFERENCE = `\n# The columns that the business agreed on are kept outside of the repository.\naws s3 cp --only-show-errors s3://${REFERENCE_BUCKET}/${REFERENCE_FILE} ${REFERENCE_FILE}\n`;

const JOB = '    Type: AWS::Glue::Job\n    Properties:\n';
const JOB_NAME = 'Name: !Sub preprocessing-${EnvironmentName}';

const built = (...reasons: ReasonKind[]): Expected => ({ action: 'built', reasons });
const reused = (...reasons: ReasonKind[]): Expected => ({ action: 'reused', reasons });

/** The story that the demonstration tells, and checks. Steps are numbered from 1. */
export const STORY: readonly Step[] = [
  {
    title: 'The first release',
    moral: 'Nothing was ever released, so everything is built.',
    change: (repository) => repository.commit('A solution that trains a model'),
    outcome: 'Succeeded',
    components: Object.fromEntries([
      'shared', 'Preprocessing-Glue-Job', 'Training-Lambda-Function', 'Evaluation-Lambda-Function',
      'Training-State-Machine', 'template.yml', 'test-buildspec.yml', 'prod-buildspec.yml',
    ].map((component) => [component, built('NoBaseline')])),
  },
  {
    title: 'A change to the training function',
    moral: 'It alone is built; all others stay where they are.',
    change: (repository) => {
      repository.append('Training-Lambda-Function/app.py', '\n\nEPOCHS = 20\n');
      return repository.commit('Train for twenty epochs');
    },
    outcome: 'Succeeded',
    components: { 'Training-Lambda-Function': built('Direct') },
    baseline: 1,
  },
  {
    title: 'A change to the shared library',
    moral: 'Its dependents are built with it.',
    change: (repository) => {
      repository.replace('libs/shared/src/features.py', '"tenure"', '"tenure", "products"');
      return repository.commit('One more feature');
    },
    outcome: 'Succeeded',
    components: {
      'shared': built('Direct'),
      'Training-Lambda-Function': built('Dependency'),
      'Evaluation-Lambda-Function': built('Dependency'),
    },
    baseline: 2,
  },
  {
    title: 'A change to the shared library that leaves its artifact as it was',
    moral: 'It alone is built: what depends on it reads the same artifact and is reused (early cut-off).',
    change: (repository) => {
      repository.append('libs/shared/src/features.py', '# Ordered as the business lists them.\n');
      return repository.commit('Explain the order');
    },
    outcome: 'Succeeded',
    components: {
      'shared': built('Direct'),
      'Training-Lambda-Function': reused('Dependency'),
      'Evaluation-Lambda-Function': reused('Dependency'),
    },
    baseline: 3,
  },
  {
    title: 'A change that no component owns',
    moral: 'No pipeline starts.',
    change: (repository) => {
      repository.append('README.md', '\nQuestions? Ask the platform team.\n');
      return repository.commit('Say whom to ask');
    },
    outcome: 'not started',
    components: {},
    baseline: 4,
  },
  {
    title: 'A component whose build fails',
    moral: 'The reference data that it wants is not there yet. Nothing is recorded, the baseline stays.',
    change: (repository) => {
      repository.append('glue/preprocessing/test.sh', FETCH_REFERENCE);
      return repository.commit('Check the columns');
    },
    outcome: 'Failed',
    components: { 'Preprocessing-Glue-Job': { action: 'failed', reasons: ['Direct'] } },
    baseline: 4,
  },
  {
    title: 'The next, unrelated change',
    moral: 'The reference data has arrived. Both are built: a change whose build failed is not lost.',
    change: (repository, system) => {
      system.objects.createBucket(REFERENCE_BUCKET);
      system.objects.put(REFERENCE_BUCKET, REFERENCE_FILE, Buffer.from('age,balance,tenure,products\n'));
      repository.append('Evaluation-Lambda-Function/app.py', '\n\nTHRESHOLD = 0.8\n');
      return repository.commit('Raise the bar');
    },
    outcome: 'Succeeded',
    components: { 'Preprocessing-Glue-Job': built('Direct'), 'Evaluation-Lambda-Function': built('Direct') },
    baseline: 4,
  },
  {
    title: 'A revert',
    moral: 'The earlier build has the same fingerprint: it is deployed again, and nothing is built.',
    change: (repository) => repository.revert(),
    outcome: 'Succeeded',
    components: { 'Evaluation-Lambda-Function': reused('Direct') },
    baseline: 7,
  },
  {
    title: 'The same event again',
    moral: 'Events may come twice. Nothing happens.',
    change: (repository) => repository.head(),
    outcome: 'not started',
    components: { 'Evaluation-Lambda-Function': reused('Direct') },
    baseline: 7,
  },
  {
    title: 'A change that would replace a resource',
    moral: 'A Glue job with another name is another job: the old one goes, and its history with it. The guard reads that in the change set, and refuses.',
    change: (repository) => {
      repository.replace('template.yml', JOB, `${JOB}      ${JOB_NAME}\n`);
      return repository.commit('Give the job a name that people know');
    },
    outcome: 'Failed',
    components: { 'template.yml': built('Direct') },
    baseline: 8,
    refused: { environment: 'test', resource: 'PreprocessingJob', because: 'is replaced (Name)' },
  },
  {
    title: 'The same release, allowed',
    moral: 'Somebody takes the way out that the refusal names: for this one release, this one resource. What was built is deployed.',
    change: (repository) => repository.head(),
    retry: async (system) => takeWayOut(system, ['test', 'prod'], ['--resources', 'PreprocessingJob']),
    outcome: 'Succeeded',
    deployed: JOB_NAME,
    components: { 'template.yml': built('Direct') },
    baseline: 8,
  },
  {
    title: 'A change to the state machine',
    moral: 'From A, the release before, the branch moves on to B.',
    change: (repository) => {
      repository.replace('statemachine/training.asl.json', '"Comment": "', '"Comment": "Nightly. ');
      return repository.commit('Run it every night');
    },
    outcome: 'Succeeded',
    components: { 'Training-State-Machine': built('Direct') },
    baseline: 11,
  },
  {
    title: 'The branch returns to A',
    moral: 'A commit that was released before is released again, from the builds it had.',
    change: (_repository, _system, commits) => commits[10],
    outcome: 'Succeeded',
    components: { 'Training-State-Machine': reused('Direct') },
    baseline: 12,
    sameAs: 11,
  },
];

/** Starts what a step tells of. Resolves to what someone typed for it. */
export async function begin({ retry }: Step, system: LocalSystem, commit: string): Promise<string[]> {
  if (retry !== undefined) {
    return retry(system);
  }
  await system.moveBranch(commit);
  return [];
}
