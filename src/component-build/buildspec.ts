import { AGENT, agentCommand } from '../contract/agent';
import { BUILD_ACTION, BUILD_ENV, COMMAND_ENV } from '../contract/environment';
import { BuildspecReport } from '../core/buildspec/buildspec';
import { ProjectNeeds } from '../core/buildspec/placement';
import { shellQuote } from '../core/shell';

/** The commands of a component, or the fact that a buildspec of the repository has them. */
export interface GeneratedBuildspec {
  readonly testCommands: readonly string[];
  readonly buildCommands: readonly string[];
  /** Run the buildspec that the environment names. */
  readonly runsBuildspecFile: boolean;
  readonly runtimeVersions?: { readonly [runtime: string]: string };
  readonly reports?: { readonly [name: string]: BuildspecReport };
  /** Folders that are kept for the next builds. */
  readonly cache?: { readonly paths: readonly string[] };
  /** What else the buildspec that it runs needs of the project. */
  readonly projectNeeds?: ProjectNeeds;
}

/** The agent's oldest Node.js: that of the AWS SDK in it. */
const MIN_NODE = 20;

/**
 * Finds the Node.js that runs the agent. AWS's images carry several versions in one folder: these are taken first, because they stay what they are when
 * commands choose another version, and because the version on the PATH of some images is too old.
 */
const FIND_NODE = `export ${AGENT.node}=""
for node in /usr/local/n/versions/node/*/bin/node "$(command -v node)"; do
[ -x "$node" ] || continue
node_version="$("$node" --version)" || continue
node_version="\${node_version#v}"
if [ "\${node_version%%.*}" -ge ${MIN_NODE} ]; then ${AGENT.node}="$node"; break; fi
done
unset node node_version
if [ -z "$${AGENT.node}" ] || ! command -v aws > /dev/null; then
echo "The build image lacks the AWS CLI, or Node.js ${MIN_NODE} or newer: use one with bash and both." >&2
false
fi`;

/**
 * The buildspec of a component's project. What is particular to the component reaches it through environment variables,
 * always quoted: only the commands that the app's author wrote become code.
 */
export function generateBuildspec(props: GeneratedBuildspec): { [key: string]: any } {
  const { runtimeVersions = {}, reports = {}, cache: { paths: cached } = { paths: [] }, projectNeeds: { gitCredentialHelper, proxy } = {} } = props;
  return {
    version: '0.2',
    env: { shell: 'bash', ...(gitCredentialHelper ? { 'git-credential-helper': 'yes' } : {}) },
    ...(proxy ? { proxy: { 'upload-artifacts': yesOrNo(proxy.uploadArtifacts), 'logs': yesOrNo(proxy.logs) } } : {}),
    phases: {
      ...(Object.keys(runtimeVersions).length > 0 ? { install: { 'runtime-versions': runtimeVersions, 'commands': [announceVersions(runtimeVersions)] } } : {}),
      pre_build: {
        commands: [
          FIND_NODE,
          `${AGENT.directory}="$(mktemp -d)" && export ${AGENT.directory}`,
          fetch(BUILD_ENV.agent, AGENT.program),
          fetch(BUILD_ENV.catalogue, AGENT.catalogue),
          agentCommand('begin'),
          `. "$${AGENT.directory}/${AGENT.environment}"`,
          whenBuilding(`cd "$${COMMAND_ENV.componentDirectory}" || false`),
        ],
      },
      build: {
        commands: props.runsBuildspecFile
          ? [whenBuilding(`${agentCommand('run-buildspec')} "$${BUILD_ENV.buildspec}"`)]
          : [announce(), ...[...props.testCommands, ...props.buildCommands].map(whenBuilding)],
      },
      post_build: {
        // This phase also runs after a failed build.
        commands: [`if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] && [ "$${BUILD_ACTION}" = build ]; then\n${FINISH}\nfi`],
      },
    },
    ...(Object.keys(reports).length > 0 ? { reports: Object.fromEntries(Object.entries(reports).map(([name, report]) => [name, reportEntry(report)])) } : {}),
    ...(cached.length > 0 ? { cache: { paths: cached.map((path) => `${path}/**/*`) } } : {}),
  };
}

function fetch(location: string, file: string): string {
  return `aws s3 cp --only-show-errors "$${location}" "$${AGENT.directory}/${file}"`;
}

/** In the environment that `begin` wrote down, and in no other. */
const FINISH = `/usr/bin/env -i /bin/sh "$${AGENT.directory}/${AGENT.finish}"`;

function reportEntry({ files, fileFormat, baseDirectory, discardPaths }: BuildspecReport): object {
  return {
    files, 'file-format': fileFormat, ...(baseDirectory === undefined ? {} : { 'base-directory': baseDirectory }), ...(discardPaths ? { 'discard-paths': 'yes' } : {}),
  };
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** A phase needs a command. */
function announceVersions(versions: { readonly [runtime: string]: string }): string {
  return `echo ${shellQuote(Object.entries(versions).map(([runtime, version]) => `${runtime} ${version}`).join(', '))}`;
}

/** A phase needs a command, and a component may have none. */
function announce(): string {
  return `echo "$${BUILD_ENV.component}: $${BUILD_ACTION}"`;
}

/** On lines of its own, so that a command may end in a comment or hold a here-document; `:` so that it may be nothing but a comment. */
function whenBuilding(command: string): string {
  return `if [ "$${BUILD_ACTION}" = build ]; then\n:\n${command}\nfi`;
}
