import { Command, EXIT, listOption, OptionValues, textOption } from '../command';
import { WorkTreeFiles } from '../discovery/work-tree-files';
import { InputError, UsageError } from '../errors';
import { nextSteps, renderFiles } from '../init/files';
import { findRepository } from '../init/find';
import { FoundRepository } from '../init/model';
import { GivenSettings, resolveSettings } from '../init/settings';
import { findOverwritten, findRoot, findSuggestions, readVersions, writeFiles } from '../init/surroundings';

export const init: Command = {
  usage: '[--yes] [--folder NAME] [--source KIND:REPOSITORY] [--environment NAME=ACCOUNT/REGION]...',
  summary: 'Writes a CDK application with a pipeline for the repository that it stands in.',
  help: `Finds functions, images, Glue jobs, state machines, workspaces and the template to deploy in the files, asks for
what the files do not show, and writes a folder that "cdk synth" takes as it is. Where there is no template, it writes one.
Files that exist are left as they are: it says which, and writes nothing, unless --force is given.

Options:
  --yes                       asks nothing: takes what Git's remote and the environment suggest
  --folder NAME               folder of the application, from the repository's root (default: pipeline)
  --solution NAME             name of the pipeline (default: the repository's)
  --source KIND:REPOSITORY    codeCommit:NAME, gitHub:OWNER/NAME, gitHubEnterprise:, gitLab:, gitLabSelfManaged:,
                              bitbucket:, azureDevOps: or connection: (default: as the remote "origin" says)
  --branch NAME               the branch whose merges are released (default: the remote's)
  --connection ARN            connection of AWS CodeConnections, for all sources but CodeCommit
  --account ID                account of the pipeline (default: $CDK_DEFAULT_ACCOUNT)
  --region NAME               Region of the pipeline (default: $AWS_REGION)
  --environment NAME=ACCOUNT/REGION
                              may be repeated, in the order of deployment (default: test and prod, beside the pipeline)
  --repo FOLDER               any folder of the repository (default: .)
  --dry-run                   prints the application and writes nothing
  --force                     replaces files that exist

Examples:
  cdk-modular-pipeline init
  cdk-modular-pipeline init --yes --account 333333333333 --region eu-west-1 \\
    --environment test=111111111111/eu-west-1 --environment prod=222222222222/eu-west-1
  cdk-modular-pipeline init --yes --dry-run
`,
  options: {
    'yes': { type: 'boolean' },
    'folder': { type: 'string' },
    'solution': { type: 'string' },
    'source': { type: 'string' },
    'branch': { type: 'string' },
    'connection': { type: 'string' },
    'account': { type: 'string' },
    'region': { type: 'string' },
    'environment': { type: 'string', multiple: true },
    'repo': { type: 'string' },
    'dry-run': { type: 'boolean' },
    'force': { type: 'boolean' },
  },
  positionals: [],
  async run(values, _positionals, { out, err, ask, environment }) {
    if (values.yes !== true && ask === undefined) {
      throw new UsageError('init asks questions, and standard input is not a terminal: add --yes to take what it suggests.');
    }
    const root = await findRoot({ folder: textOption(values, 'repo') ?? '.', environment });
    const suggestions = await findSuggestions({ folder: root, environment });
    const settings = await resolveSettings(givenSettings(values), suggestions, values.yes === true ? undefined : ask);
    const found = findRepository(WorkTreeFiles.around(root), settings.folder);
    const files = renderFiles(settings, found, readVersions());
    describe(found).forEach((line) => err(`${line}\n`));
    if (values['dry-run'] === true) {
      files.forEach(({ path, content }) => out(`--- ${path}\n${content}\n`));
      return EXIT.done;
    }
    const overwritten = findOverwritten(root, files);
    if (overwritten.length > 0 && values.force !== true) {
      throw new InputError(`${overwritten.join(', ')} ${overwritten.length === 1 ? 'exists' : 'exist'} with another content, and nothing was written: `
        + 'name another --folder, or add --force to replace what exists.');
    }
    writeFiles(root, files);
    files.forEach(({ path }) => out(`${overwritten.includes(path) ? 'Replaced' : 'Wrote'} ${path}\n`));
    out(`\nNext:\n${nextSteps(settings, found).map((step, index) => `  ${index + 1}. ${step}\n`).join('')}`);
    return EXIT.done;
  },
};

function givenSettings(values: OptionValues): GivenSettings {
  const names = ['folder', 'solution', 'source', 'branch', 'connection', 'account', 'region'] as const;
  const given = names.flatMap((name) => {
    const value = textOption(values, name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(given) as Partial<Record<typeof names[number], string>>, environments: listOption(values, 'environment') };
}

function describe({ components, template, application, workspaces, notes }: FoundRepository): string[] {
  return [
    ...components.map(({ kind, name, evidence }) => `Found ${kind} ${name}: ${evidence}.`),
    ...workspaces ? ['Found packages: those that are not named become components by discovery.'] : [],
    application !== undefined ? `Found the CDK application to deploy: ${application.path === '.' ? 'cdk.json' : `${application.path}/cdk.json`}.`
      : template === undefined ? 'Found no CloudFormation template: template.yml is a start.' : `Found the template to deploy: ${template.path}.`,
    ...notes.map((note) => `Note: ${note}`),
  ];
}
