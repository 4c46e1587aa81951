/** Plans one commit with the diff function against services in memory: `tsx diff-case.ts <changed files> <components>`. Prints calls and costs as JSON. */
import { DiffFunction, DiffFunctionProps } from '../../lambda/diff/diff-function';
import { CodeCommitRepository } from '../../lambda/shared/source/codecommit/code-commit-repository';
import { releaseKey } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { Release } from '../../src/core/release';

/** GetDifferences says nothing of its pages' size; the AWS CLI has been seen to get so many. */
const PAGE = 100;

export interface DiffFigures {
  readonly calls: Readonly<Record<string, number>>;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const [files, components] = process.argv.slice(2).map(Number);
const names = Array.from({ length: components }, (_, index) => `component-${index}`);
const catalogue: Catalogue = {
  version: 1, solution: 'bench', components: names.map((name) => ({ name, path: `packages/${name}`, build: { digest: 'd', kind: 'custom', artifact: { type: 'none' }, parameters: [] } })),
};
const build = { buildNumber: 1, location: '', fingerprint: 'f', definition: 'd', commitId: 'base', pipelineExecutionId: 'e', timestamp: 't' };
const release: Release = {
  version: 1,
  solution: 'bench',
  commitId: 'base',
  planId: 'p',
  sequence: 1,
  pipelineExecutionId: 'e',
  timestamp: 't',
  components: Object.fromEntries(names.map((component) => [component, { ...build, component }])),
};

interface ItemKey { readonly CommitId: string; readonly Component: string }
const keyOf = (table: string, { CommitId, Component }: ItemKey) => (table === 'diff' ? `${CommitId} ${Component}` : Component);
const items = new Map<string, object>([
  ['bench##live', { Sequence: 1, CommitId: 'base', Release: releaseKey('bench', 'e'), PipelineExecutionId: 'e', Timestamp: 't' }],
]);
const calls: Record<string, number> = {};
const answers: Record<string, (input: any) => unknown> = {
  GetBranch: () => ({ branch: { commitId: 'commit' } }),
  GetDifferences: ({ NextToken: token = '0' }: { NextToken?: string }) => {
    const start = Number(token);
    const end = Math.min(start + PAGE, files);
    const differences = Array.from({ length: end - start }, (_, index) => (
      { changeType: 'M', afterBlob: { path: `packages/component-${(start + index) % components}/src/file-${start + index}.ts` } }
    ));
    return { differences, NextToken: end < files ? String(end) : undefined };
  },
  GetFolder: ({ commitSpecifier }: { commitSpecifier: string }) => (
    { treeId: commitSpecifier, subFolders: names.map((name) => ({ absolutePath: `packages/${name}`, treeId: `${name}-${commitSpecifier}` })) }
  ),
  Get: ({ TableName, Key }: { TableName: string; Key: ItemKey }) => ({ Item: items.get(keyOf(TableName, Key)) }),
  Put: ({ TableName, Item }: { TableName: string; Item: ItemKey }) => {
    items.set(keyOf(TableName, Item), Item);
    return {};
  },
  Update: () => ({ Attributes: {} }),
  Query: () => ({ Items: [] }),
  GetObject: () => ({ Body: { transformToString: async () => JSON.stringify(release) } }),
  GetPipelineExecution: () => ({ pipelineExecution: { status: 'InProgress' } }),
  StartPipelineExecution: () => ({ pipelineExecutionId: 'e2' }),
};
const client = {
  send: async ({ constructor, input }: { constructor: { name: string }; input: unknown }) => {
    const call = constructor.name.replace(/Command$/, '');
    calls[call] = (calls[call] ?? 0) + 1;
    if (answers[call] === undefined) {
      throw new Error(`${call} is not answered`);
    }
    return answers[call](input);
  },
} as any;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined, with: () => quiet };
const props: DiffFunctionProps = {
  solution: 'bench',
  catalogue,
  diffTable: 'diff',
  deploymentsTable: 'deployments',
  artifactBucket: 'artifacts',
  openSource: () => new CodeCommitRepository(client, 'r'),
  branch: 'main',
  pipeline: 'p',
  environments: ['live'],
  planRetentionDays: 90,
  codePipeline: client,
  dynamoDb: client,
  s3: client,
  logger: quiet,
  timing: { now: () => new Date(), sleep: async () => undefined, random: () => 0 },
};

void (async () => {
  const started = process.cpuUsage();
  await new DiffFunction(props).handle({ action: 'reconcile' }, 15 * 60_000, 'request');
  const { user, system } = process.cpuUsage(started);
  const figures: DiffFigures = { calls, milliseconds: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(figures));
})();
