import { CONNECTED_HOSTS, ConnectedHost, EnvironmentSettings, InitSettings, PLACEHOLDER_ACCOUNT, PLACEHOLDER_CONNECTION, SourceSettings } from './model';
import { OriginRemote } from './remote';
import { connectionParts, repositoryIdProblem } from '../../src/contract/source';
import { solutionNameProblem } from '../../src/core/names';
import { InputError } from '../errors';

/** What the command line said; whatever is absent is asked, or guessed. */
export interface GivenSettings {
  readonly folder?: string;
  readonly solution?: string;
  /** Such as `gitHub:my-org/my-repository`. */
  readonly source?: string;
  readonly branch?: string;
  readonly connection?: string;
  readonly account?: string;
  readonly region?: string;
  /** Each such as `prod=222222222222/eu-west-1`. */
  readonly environments: readonly string[];
}

/** What the repository and the machine suggest. */
export interface Suggestions {
  readonly repositoryName: string;
  readonly remote?: OriginRemote;
  readonly branch?: string;
  readonly account?: string;
  readonly region?: string;
}

/** Asks one question; an empty answer takes the suggestion. */
export type Ask = (question: string, suggestion: string) => Promise<string>;

/**
 * The settings of a pipeline app. The order of questions is that in which one answer suggests the next.
 *
 * @param ask absent where nothing is asked: suggestions are taken
 * @throws InputError naming what cannot be used, its value, and what can
 */
export async function resolveSettings(given: GivenSettings, suggested: Suggestions, ask: Ask = async (_, suggestion) => suggestion): Promise<InitSettings> {
  const answer = async (value: string | undefined, question: string, suggestion: string) => value ?? await ask(question, suggestion);
  const folder = requireFolder(given.folder ?? 'pipeline');
  const solution = requireSolution(await answer(given.solution, 'Name of the solution', solutionOf(suggested.repositoryName)));
  const remote = requireSource(await answer(given.source, 'Source (codeCommit:NAME, gitHub:OWNER/NAME, gitLab:..., bitbucket:..., azureDevOps:..., connection:...)',
    suggested.remote === undefined ? `codeCommit:${solution}` : `${suggested.remote.kind}:${suggested.remote.repository}`));
  const branch = requireBranch(await answer(given.branch, 'Branch whose merges are released', suggested.branch ?? 'main'));
  const connected = remote.kind !== 'codeCommit';
  const connection = connected && given.connection !== undefined ? requireConnection(given.connection) : undefined;
  const region = requireRegion(await answer(given.region, 'Region of the pipeline', connection?.region ?? suggested.region ?? 'us-east-1'));
  const account = requireAccount(await answer(given.account, 'Account of the pipeline', connection?.account ?? suggested.account ?? PLACEHOLDER_ACCOUNT));
  const source = await sourceOf(remote, given.connection, { ask, account, region });
  const environments = given.environments.length > 0 ? given.environments.map((one) => parseEnvironment(one, { account, region })) : [
    parseEnvironment(`test=${await ask('Where "test" is (ACCOUNT/REGION)', `${account}/${region}`)}`, { account, region }),
    parseEnvironment(`prod=${await ask('Where "prod" is (ACCOUNT/REGION)', `${account}/${region}`)}`, { account, region }),
  ];
  requireDistinct(environments);
  return { solution, folder, source, branch, account, region, environments };
}

interface Where {
  readonly ask: Ask;
  readonly account: string;
  readonly region: string;
}

async function sourceOf({ kind, repository }: OriginRemote, given: string | undefined, { ask, account, region }: Where): Promise<SourceSettings> {
  if (kind === 'codeCommit') {
    if (given !== undefined) {
      throw new InputError(`--connection is '${given}', and CodeCommit is read without one: leave it out, or name another --source.`);
    }
    return { kind, repository };
  }
  const connectionArn = given ?? await ask('ARN of the connection (AWS CodeConnections)', `arn:aws:codeconnections:${region}:${account}:connection/${PLACEHOLDER_CONNECTION}`);
  const parts = requireConnection(connectionArn);
  if (parts.region !== region) {
    throw new InputError(`The connection ${connectionArn} is in ${parts.region}, and the pipeline in ${region}: both have to be in one Region.`);
  }
  return { kind, repository, connectionArn };
}

function requireConnection(arn: string): { readonly region: string; readonly account: string } {
  const parts = connectionParts(arn);
  if (parts === undefined) {
    throw new InputError(`The connection is '${arn}': give a connection's ARN, such as arn:aws:codeconnections:REGION:ACCOUNT:connection/ID.`);
  }
  return { region: parts.region, account: arn.split(':')[4]! };
}

function requireSource(text: string): OriginRemote {
  const [, name = '', repository = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
  const kind = (['codeCommit', ...CONNECTED_HOSTS] as const).find((one) => one.toLowerCase() === name.toLowerCase());
  if (kind === undefined) {
    throw new InputError(`The source is '${text}': write it like codeCommit:my-repository or gitHub:my-org/my-repository. There are codeCommit, ${CONNECTED_HOSTS.join(', ')}.`);
  }
  const problem = kind === 'codeCommit' ? (/^[\w.-]{1,100}$/.test(repository) ? undefined : 'a repository of CodeCommit has a name of letters, digits and . _ -, 100 at most') : repositoryIdProblem(repository);
  if (problem !== undefined) {
    throw new InputError(`The source is '${text}': ${problem}.`);
  }
  return { kind: kind as 'codeCommit' | ConnectedHost, repository };
}

function requireFolder(folder: string): string {
  const clean = folder.replace(/^\.\//, '').replace(/\/+$/, '');
  if (!/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(clean) || clean.split('/').some((part) => part === '..' || part === '.')) {
    throw new InputError(`--folder is '${folder}': give a folder below the repository's root, of letters, digits and . _ - /.`);
  }
  return clean;
}

function requireSolution(name: string): string {
  const problem = solutionNameProblem(name);
  if (problem !== undefined) {
    throw new InputError(`The solution is '${name}': ${problem}.`);
  }
  return name;
}

function requireBranch(branch: string): string {
  if (!/^[^\s~^:?*[\\\x00-\x1f\x7f]+$/.test(branch) || branch.startsWith('-')) {
    throw new InputError(`The branch is '${branch}': Git has no branch of such a name.`);
  }
  return branch;
}

function requireAccount(account: string): string {
  if (!/^\d{12}$/.test(account)) {
    throw new InputError(`The account is '${account}': an account's ID has 12 digits.`);
  }
  return account;
}

function requireRegion(region: string): string {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) {
    throw new InputError(`The Region is '${region}': write it like eu-west-1.`);
  }
  return region;
}

function parseEnvironment(text: string, own: { readonly account: string; readonly region: string }): EnvironmentSettings {
  const [, name, account, region] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})=([^/]+)(?:\/(.+))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new InputError(`The environment is '${text}': write it like prod=222222222222/eu-west-1.`);
  }
  return { name, account: requireAccount(account!), region: requireRegion(region ?? own.region) };
}

function requireDistinct(environments: readonly EnvironmentSettings[]): void {
  const names = environments.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(`Environment '${twice}' is there more than once: give each its own name.`);
  }
}

function solutionOf(name: string): string {
  const usable = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '').slice(0, 64);
  return usable === '' ? 'application' : usable;
}
