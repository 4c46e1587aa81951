import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planFromOptions } from '../../../cli/commands/comparison';
import { discoverCatalogue } from '../../../cli/discovery/discover';
import { CommittedFiles } from '../../../cli/git/committed-files';
import { resolveCommits } from '../../../cli/git/revisions';

/** What a plan says with the catalogue of one commit. */
export interface Answer {
  readonly commit: string;
  readonly plan: { readonly error?: string; readonly changed?: readonly { readonly component: string }[]; readonly unchanged?: readonly string[] };
}

/** Plans `base`..`HEAD` of a repository with the catalogue found before `base`, at it and at the head; before the head there may be nothing to find yet. */
export async function answersOf(folder: string): Promise<Answer[]> {
  const repository = { folder, environment: process.env };
  const work = mkdtempSync(join(tmpdir(), 'answers-'));
  const answers: Answer[] = [];
  try {
    for (const revision of ['base~1', 'base', 'HEAD']) {
      const [commit] = await resolveCommits(repository, [revision]) ?? [];
      if (commit !== undefined) {
        const { catalogue } = discoverCatalogue(new CommittedFiles(repository, commit));
        const file = join(work, `${commit}.json`);
        writeFileSync(file, JSON.stringify(catalogue));
        answers.push({ commit: revision, plan: catalogue.components.length === 0 ? { error: 'discover' } : (await planOf(folder, file)) });
      }
    }
    return answers;
  } finally {
    rmSync(work, { recursive: true });
  }
}

async function planOf(folder: string, catalogue: string): Promise<Answer['plan']> {
  const { plan } = await planFromOptions({ repo: folder, base: 'base', head: 'HEAD', catalogue }, {
    environment: process.env, out: () => undefined, err: () => undefined, readInput: () => Promise.resolve(Buffer.alloc(0)), colours: false,
  });
  return plan;
}
