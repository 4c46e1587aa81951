import { Buildspec, BuildspecProxy, BuildspecReport, References } from './buildspec';
import { lineOf } from './line';
import { BuildspecError, BuildspecSource } from './read';
import { canonicalJson } from '../digest';

/** What a buildspec of the repository asks of the CodeBuild project, and no command in the build can do. */
export interface ProjectNeeds {
  readonly parameterStore?: References;
  readonly secretsManager?: References;
  readonly gitCredentialHelper?: true;
  readonly proxy?: BuildspecProxy;
  readonly runtimeVersions?: Readonly<Record<string, string>>;
  readonly reports?: Readonly<Record<string, BuildspecReport>>;
}

/** What becomes of a buildspec that a component is built by, next to the commands and variables that the build runs and sets itself. */
export interface BuildspecPlacement {
  readonly needs: ProjectNeeds;
  /** What the file has and a component's build leaves out, because another part of the pipeline does it: for the log. */
  readonly notes: readonly string[];
}

/** Where each need is in a buildspec. */
const PLACES: Readonly<Record<keyof ProjectNeeds, readonly string[]>> = {
  parameterStore: ['env', 'parameter-store'],
  secretsManager: ['env', 'secrets-manager'],
  gitCredentialHelper: ['env', 'git-credential-helper'],
  proxy: ['proxy'],
  runtimeVersions: ['phases', 'install', 'runtime-versions'],
  reports: ['reports'],
};

/**
 * Sorts the parts of a buildspec that a component is built by.
 * @throws BuildspecError, with the line and the way out, for what a component's build can't do
 */
export function placeBuildspec(spec: Buildspec, source: BuildspecSource): BuildspecPlacement {
  const refuse = (path: readonly string[], problem: string): never => {
    throw new BuildspecError(`${source.file}:${lineOf(source.text, path)}: ${problem}`);
  };
  if (spec.batch) {
    refuse(['batch'], 'batch starts builds of its own, and a component has one build. Make a component of each, or run its commands in the phases.');
  }
  refuseUser(spec.runAs, ['run-as'], refuse);
  for (const { name, runAs, onFailure } of spec.phases) {
    refuseUser(runAs, ['phases', name, 'run-as'], refuse);
    if (onFailure?.action === 'RETRY') {
      refuse(['phases', name, 'on-failure'], `phases.${name}.on-failure is RETRY, which starts the build again from a fresh source: a component's build is started once. `
        + 'Repeat the command that may fail, such as: for i in 1 2 3; do npm ci && break; done');
    }
  }
  const { cache, artifacts, exportedVariables } = spec;
  return {
    needs: needsOf(spec),
    notes: [
      ...(artifacts ? ['artifacts: the component says what is stored'] : []),
      ...(cache ? ['cache: the component\'s own property cache says what is kept'] : []),
      ...(exportedVariables.length > 0 ? ['env.exported-variables: no later action reads variables of a component\'s build'] : []),
    ],
  };
}

function refuseUser(user: string | undefined, path: readonly string[], refuse: (path: readonly string[], problem: string) => never): void {
  if (user !== undefined && user !== 'root') {
    refuse(path, `${path.join('.')} is ${JSON.stringify(user)}, and a component's commands run as root. Run what needs another user by: su ${user} -c '…'`);
  }
}

function needsOf({ parameterStore, secretsManager, gitCredentialHelper, proxy, phases, reports }: Buildspec): ProjectNeeds {
  const runtimeVersions = phases.find(({ name }) => name === 'install')?.runtimeVersions ?? {};
  const some = <T extends object>(value: T): T | undefined => (Object.keys(value).length > 0 ? value : undefined);
  const needs = {
    parameterStore: some(parameterStore),
    secretsManager: some(secretsManager),
    gitCredentialHelper: gitCredentialHelper || undefined,
    proxy: proxy && (proxy.logs || proxy.uploadArtifacts) ? proxy : undefined,
    runtimeVersions: some(runtimeVersions),
    reports: some(reports),
  };
  return Object.fromEntries(Object.entries(needs).filter(([, value]) => value !== undefined));
}

/**
 * Makes sure that the project has what a buildspec needs of it. Runtime versions have to be equal; everything else may be more than is needed.
 * @param given what the project was deployed with; nothing where the file could not be read at synth
 * @throws BuildspecError naming the first that differs
 */
export function requireNeeds(needs: ProjectNeeds, given: ProjectNeeds, { file, text }: BuildspecSource): void {
  const keys = Object.keys(PLACES) as (keyof ProjectNeeds)[];
  const differing = keys.find((key) => canonicalJson(needs[key] ?? null) !== canonicalJson(given[key] ?? null) && (needs[key] !== undefined || key === 'runtimeVersions'));
  if (differing !== undefined) {
    const path = PLACES[differing];
    throw new BuildspecError(`${file}:${lineOf(text, path)}: ${path.join('.')} is ${canonicalJson(needs[differing] ?? null)}, and the component's CodeBuild project was deployed with `
      + `${canonicalJson(given[differing] ?? null)}. Deploy the pipeline's stack from a clone of the repository that holds this version of the file, then start the pipeline again.`);
  }
}
