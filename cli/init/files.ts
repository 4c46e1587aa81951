import { NEW_TEMPLATE, renderApp, stackNameOf } from './app';
import { FoundRepository, InitSettings, PLACEHOLDER_ACCOUNT, PLACEHOLDER_CONNECTION } from './model';
import { renderTemplate } from './template';

/** Versions that the app is installed with. */
export interface Versions {
  readonly own: string;
  readonly awsCdkLib: string;
  readonly constructs: string;
  readonly awsCdk: string;
  readonly tsx: string;
  readonly typescript: string;
  readonly nodeTypes: string;
}

export interface RenderedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

/** All files of a pipeline app, and the template where the repository has none. */
export function renderFiles(settings: InitSettings, found: FoundRepository, versions: Versions): RenderedFile[] {
  const { folder } = settings;
  return [
    { path: `${folder}/app.ts`, content: renderApp(settings, found) },
    { path: `${folder}/package.json`, content: json(manifest(settings, versions)) },
    { path: `${folder}/cdk.json`, content: json({ app: 'npx tsx app.ts' }) },
    {
      path: `${folder}/tsconfig.json`,
      content: json({
        compilerOptions: { target: 'ES2022', module: 'commonjs', moduleResolution: 'node', strict: true, noEmit: true, skipLibCheck: true, ignoreDeprecations: '6.0', types: ['node'] },
        include: ['*.ts'],
      }),
    },
    { path: `${folder}/.gitignore`, content: 'node_modules/\ncdk.out/\n' },
    { path: `${folder}/README.md`, content: readme(settings, found) },
    ...found.template === undefined && found.application === undefined ? [{ path: NEW_TEMPLATE, content: renderTemplate(found.components) }] : [],
  ];
}

function manifest({ solution }: InitSettings, versions: Versions): object {
  return {
    name: `${solution.toLowerCase()}-pipeline`,
    version: '0.0.0',
    private: true,
    scripts: { check: 'tsc', synth: 'cdk synth --quiet', diff: 'cdk diff', deploy: 'cdk deploy' },
    dependencies: { 'aws-cdk-lib': versions.awsCdkLib, 'cdk-modular-pipeline': versions.own, 'constructs': versions.constructs },
    devDependencies: { '@types/node': versions.nodeTypes, 'aws-cdk': versions.awsCdk, 'tsx': versions.tsx, 'typescript': versions.typescript },
  };
}

/** What has to be done by hand before `cdk deploy`, in order. */
export function nextSteps(settings: InitSettings, { application }: FoundRepository): string[] {
  const { folder, account, region, environments, source, branch } = settings;
  const connected = source.kind !== 'codeCommit';
  const placeholders = [
    ...[account, ...environments.map((one) => one.account)].includes(PLACEHOLDER_ACCOUNT) ? [`the account ${PLACEHOLDER_ACCOUNT}`] : [],
    ...connected && source.connectionArn.endsWith(PLACEHOLDER_CONNECTION) ? ['the ARN of the connection'] : [],
  ];
  const targets = [...new Set(environments.map((one) => `${one.account}/${one.region}`))].filter((target) => target !== `${account}/${region}`);
  const shared = application !== undefined && new Set(environments.map((one) => `${one.account}/${one.region}`)).size < environments.length;
  const policy = '--cloudformation-execution-policies arn:aws:iam::aws:policy/AdministratorAccess';
  return [
    ...placeholders.length === 0 ? [] : [`Replace ${placeholders.join(' and ')} in ${folder}/app.ts.`],
    ...shared ? [`Say which stacks of the application each environment takes, in ${folder}/app.ts: applications: { '${application.name}': { stage: '...' } }.`] : [],
    `cd ${folder} && npm install && npx cdk synth --quiet`,
    `npx cdk bootstrap aws://${account}/${region}`,
    ...targets.map((target) => `npx cdk bootstrap --trust ${account} ${policy} aws://${target}   (with that account's credentials)`),
    ...connected ? [`npx cdk-modular-pipeline source check --connection ${source.connectionArn} --repository ${source.repository} --branch ${branch}`] : [],
    `Commit, and push ${branch}.`,
    'npx cdk deploy',
  ];
}

function readme(settings: InitSettings, found: FoundRepository): string {
  const { solution, environments, source } = settings;
  return [
    `# Pipeline of ${solution.replace(/[<>`*_[\]]/g, '')}`,
    '',
    'After a merge, it builds, tests and deploys what changed.',
    '`app.ts` says which components there are, where the code is, and which environments a release goes to, in order.',
    '',
    '## Deploy',
    '',
    ...nextSteps(settings, found).map((step, index) => `${index + 1}. ${/^(cd|npx) /.test(step) ? step.replace(/^(.*?)( {3}\(.*\))?$/, (_, command: string, more = '') => `\`${command}\`${(more as string).replace(/^ +/, ' ')}`) : step}`),
    '',
    'The first execution builds every component'
      + `${environments.length > 1 ? `, deploys to ${environments[0]!.name}, and waits for an approval before ${environments[1]!.name}` : ` and deploys to ${environments[0]!.name}`}.`,
    'From then on a merge builds what it changed.',
    '',
    '## See what a change would build',
    '',
    'After `npm run synth`, in this folder:',
    '',
    '```sh',
    'npx cdk-modular-pipeline plan --repo .. --base HEAD~1 --head HEAD',
    '```',
    '',
    '## Clean up',
    '',
    `Delete the environments' stacks first, then run \`npx cdk destroy ${stackNameOf(settings)}\`.`,
    'Tables and buckets with deletion protection stay: remove it in `app.ts` or in the console, then delete them.',
    ...source.kind === 'codeCommit' ? [] : ['The connection is not part of the stack: delete it in the console.'],
    '',
  ].join('\n');
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
