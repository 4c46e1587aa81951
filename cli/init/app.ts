import { FoundComponent, FoundRepository, InitSettings, PLACEHOLDER_ACCOUNT, PLACEHOLDER_CONNECTION, SourceSettings } from './model';

/** The template that the pipeline deploys, where the repository has none yet. */
export const NEW_TEMPLATE = 'template.yml';

/** Name of the pipeline's stack. */
export function stackNameOf({ solution }: InitSettings): string {
  const name = solution.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '');
  return `${name === '' ? 'modular' : name}-pipeline`;
}

/** Names of the environments' stacks: the solution's, and with the environment's name where several are in one account and Region. */
export function environmentStacks({ solution, environments }: InitSettings): string[] {
  const base = stackNameOf({ solution } as InitSettings).replace(/-pipeline$/, '');
  const alike = (account: string, region: string) => environments.filter((other) => other.account === account && other.region === region).length;
  return environments.map(({ name, account, region }) => (alike(account, region) > 1 ? `${base}-${name.replace(/[^A-Za-z0-9]+/g, '-')}` : base));
}

/** The CDK application of a pipeline. */
export function renderApp(settings: InitSettings, found: FoundRepository): string {
  const isCodeCommit = settings.source.kind === 'codeCommit';
  const imports = [
    'Component', ...found.workspaces ? ['ComponentDiscovery'] : [], ...settings.environments.length > 1 ? ['Gate'] : [], 'ModularPipeline', 'PipelineSource',
    ...found.workspaces ? [] : ['UnownedPaths'],
  ];
  return [
    `/** The pipeline of ${commented(settings.solution)}: after a merge, what changed is built, tested and deployed. */`,
    "import { App, Stack } from 'aws-cdk-lib';",
    ...isCodeCommit ? ["import * as codecommit from 'aws-cdk-lib/aws-codecommit';"] : [],
    `import { ${imports.join(', ')} } from 'cdk-modular-pipeline';`,
    '',
    'const app = new App();',
    ...placeholderNote(settings),
    `const stack = new Stack(app, ${text(stackNameOf(settings))}, { env: ${environment(settings)} });`,
    '',
    "new ModularPipeline(stack, 'Pipeline', {",
    `  solution: ${text(settings.solution)},`,
    ...source(settings.source, settings.branch),
    '  components: [',
    ...found.components.flatMap(foundComponent),
    ...template(found),
    '  ],',
    ...detection(settings, found),
    '  environments: [',
    ...environmentLines(settings),
    '  ],',
    '});',
    '',
  ].join('\n');
}

function placeholderNote({ account, environments: all, source: from }: InitSettings): string[] {
  const accounts = [account, ...all.map((one) => one.account)].includes(PLACEHOLDER_ACCOUNT) ? [PLACEHOLDER_ACCOUNT] : [];
  const connection = from.kind !== 'codeCommit' && from.connectionArn.endsWith(PLACEHOLDER_CONNECTION) ? [`connection/${PLACEHOLDER_CONNECTION}`] : [];
  const names = [...accounts, ...connection];
  return names.length === 0 ? [] : [`// Before you deploy: replace ${names.join(' and ')}, which ${names.length === 1 ? 'stands' : 'stand'} for what init was not given.`];
}

function source(from: SourceSettings, branch: string): string[] {
  if (from.kind === 'codeCommit') {
    return [`  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', ${text(from.repository)}), { branch: ${text(branch)} }),`];
  }
  return [
    `  source: PipelineSource.${from.kind}(${text(from.repository)}, {`,
    '    // Made in the console, where its handshake with the host is completed: "Settings > Connections".',
    `    connectionArn: ${text(from.connectionArn)},`,
    `    branch: ${text(branch)},`,
    '  }),',
  ];
}

function list(name: string, values: readonly string[] | undefined): string[] {
  return values === undefined || values.length === 0 ? [] : [`${name}: [${values.map(text).join(', ')}]`];
}

function foundComponent(one: FoundComponent): string[] {
  return [`    // ${commented(one.evidence)}`, ...component(one.kind, one.name, [
    `path: ${text(one.path)}`,
    ...list('exclude', one.exclude),
    ...list('testCommands', one.testCommands),
    ...list('buildCommands', one.buildCommands),
    ...one.kind === 'lambdaZip' && one.artifactPath !== undefined ? [`artifactPath: ${text(one.artifactPath)}`] : [],
  ])];
}

function component(kind: string, name: string, properties: readonly string[]): string[] {
  const lines = properties.length < 3 ? [`{ ${properties.join(', ')} }),`] : ['{', ...properties.map((property) => `      ${property},`), '    }),'];
  return [`    Component.${kind}(${text(name)}, ${lines[0]}`, ...lines.slice(1)];
}

function template({ template: own, application }: FoundRepository): string[] {
  if (application !== undefined) {
    return component('cdkApp', application.name, [
      `path: ${text(application.path)}`, ...list('exclude', application.exclude), ...list('buildCommands', application.buildCommands), ...application.images ? ['images: true'] : [],
    ]);
  }
  const path = own?.path ?? NEW_TEMPLATE;
  const include = own === undefined || own.include.length === 0 ? '' : `, include: [${own.include.map(text).join(', ')}]`;
  return [
    ...include === '' ? [] : ['    // What it packages by itself is its own.'],
    `    Component.template(${text(path.slice(path.lastIndexOf('/') + 1))}, { path: ${text(path)}${include} }),`,
  ];
}

function detection({ folder }: InitSettings, { workspaces, excluded }: FoundRepository): string[] {
  return workspaces
    ? [`  discovery: ComponentDiscovery.workTree({ exclude: [${[folder, ...excluded].map(text).join(', ')}] }),`]
    : ['  // A file that belongs to no component may be read by any of them.', '  unownedPaths: UnownedPaths.ALL,'];
}

function environmentLines(settings: InitSettings): string[] {
  const stacks = environmentStacks(settings);
  return settings.environments.map((one, index) => {
    const stackName = stacks[index] === settings.solution ? '' : `, stackName: ${text(stacks[index]!)}`;
    // Whatever comes after the first environment waits for a person.
    return `    { name: ${text(one.name)}, env: ${environment(one)}${stackName}${index === 0 ? '' : ', gates: [Gate.approval()]'} },`;
  });
}

function environment({ account, region }: { readonly account: string; readonly region: string }): string {
  return `{ account: ${text(account)}, region: ${text(region)} }`;
}

/** A literal of TypeScript: names of a repository are data. */
function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A text within a comment of one line. */
function commented(value: string): string {
  return value.replace(/[^\x20-\x7e]+/g, ' ').replaceAll('*/', '* /');
}
