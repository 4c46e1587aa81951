import { DiscoveryOptions } from '../../src/contract/discovery';
import { Command, EXIT, textOption } from '../command';
import { discoverCatalogue } from '../discovery/discover';
import { countFiles, describeFiles } from '../discovery/owned-share';
import { InputError } from '../errors';
import { catalogueOfOptions } from './comparison';
import { CommittedFiles } from '../git/committed-files';
import { explainFailure, resolveCommits } from '../git/revisions';

export const discover: Command = {
  usage: '[--repo FOLDER] [--head REV] [--catalogue FILE]',
  summary: "Prints a catalogue of a repository's components as JSON: npm packages and workspaces, uv workspaces, Python projects and\n"
    + 'folders, Go workspaces, Cargo workspaces, Maven modules, apps of the CDK, templates of SAM and CloudFormation.',
  help: `What dependents read of each component (not its tests, not its documents) and what only its tests
depend on is found in the files. What can't be used is named on standard error, and so is how many
files belong to a component.

Options:
  --repo FOLDER     the Git repository (default: .)
  --head REV        the revision to look at (default: HEAD)
  --catalogue FILE  a catalogue whose components take the place of those found under the same names

Examples:
  cdk-modular-pipeline discover > catalogue.json
  cdk-modular-pipeline discover --repo ../app --head origin/main
`,
  options: { repo: { type: 'string' }, head: { type: 'string' }, catalogue: { type: 'string' } },
  positionals: [],
  async run(values, _positionals, context) {
    const repository = { folder: textOption(values, 'repo') ?? '.', environment: context.environment };
    const head = textOption(values, 'head') ?? 'HEAD';
    const commits = await resolveCommits(repository, [head]);
    if (commits === undefined) {
      throw await explainFailure(repository, [head], '');
    }
    const options: DiscoveryOptions = values.catalogue === undefined ? {} : { components: catalogueOfOptions(values).components };
    const files = new CommittedFiles(repository, commits[0]!);
    const { catalogue, warnings } = discoverCatalogue(files, options);
    warnings.forEach(({ kind, path, detail }) => context.err(`Warning: ${kind}: ${path}: ${detail}.\n`));
    if (catalogue.components.length === 0) {
      throw new InputError(`No component was found in '${repository.folder}' at ${head}. Looked for package.json, pnpm-workspace.yaml, pyproject.toml, requirements.txt, go.work, Cargo.toml, pom.xml, cdk.json and templates. `
        + 'A catalogue can be written by hand, too: docs/catalogue.md.');
    }
    context.err(`${describeFiles(countFiles(catalogue, files.paths))}\n`);
    context.out(`${JSON.stringify(catalogue, undefined, 2)}\n`);
    return EXIT.done;
  },
};
