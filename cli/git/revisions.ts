import { InputError } from '../errors';
import { Clone, runGit } from './run';

/** Full commit IDs of revisions; undefined where one of them names no commit that is here. */
export async function resolveCommits(repository: Clone, revisions: readonly string[]): Promise<string[] | undefined> {
  if (revisions.some((revision) => revision === '' || revision.startsWith('-'))) {
    return undefined;
  }
  const { status, stdout } = await runGit(repository, ['rev-parse', ...revisions.map((revision) => `${revision}^{commit}`), '--']);
  const lines = stdout.toString('utf8').trimEnd().split('\n').slice(0, -1);
  return status === 0 && lines.length === revisions.length ? lines : undefined;
}

/** Why reading the differences between revisions failed, by name. */
export async function explainFailure(repository: Clone, revisions: readonly string[], detail: string): Promise<InputError> {
  const opened = await runGit(repository, ['rev-parse', '--is-shallow-repository']);
  if (opened.status !== 0) {
    const why = /not a git repository/i.test(opened.stderr) ? 'is not a Git repository' : `cannot be read as a Git repository: ${opened.stderr}`;
    return new InputError(`'${repository.folder}' ${why}. Pass the repository's folder with --repo.`);
  }
  const shallow = opened.stdout.toString('utf8').trim() === 'true';
  for (const revision of revisions) {
    if (await resolveCommits(repository, [revision]) === undefined) {
      return new InputError(shallow
        ? `Revision '${revision}' is not in '${repository.folder}', which is a shallow clone: its history is cut off. Run git fetch --unshallow, or clone with a greater depth.`
        : `Revision '${revision}' is unknown in '${repository.folder}'. Check its spelling, or fetch it first.`);
    }
  }
  return new InputError(`Git could not compare ${revisions.map((revision) => `'${revision}'`).join(' with ')}: ${detail}`);
}

/**
 * IDs of the last commits that led to a revision, following first parents, oldest first.
 *
 * @throws InputError where the revision is unknown
 */
export async function firstParentCommits(repository: Clone, head: string, count: number): Promise<string[]> {
  const commits = await resolveCommits(repository, [head]);
  if (commits === undefined) {
    throw await explainFailure(repository, [head], '');
  }
  const { stdout } = await runGit(repository, ['rev-list', '--first-parent', `--max-count=${count}`, commits[0]!, '--']);
  return stdout.toString('utf8').split('\n').filter((line) => line !== '').reverse();
}
