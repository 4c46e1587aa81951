import { posix } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import { checkBuildMachine, isLambdaCompute, standardImage, takesRuntimeVersions } from './build-image';
import { namedReports, requireFew } from './build-reports';
import { CacheSettings, checkCache } from './cache-settings';
import type { Component } from './component';
import { ComponentConfig } from './component-config';
import { COMMAND_ENV } from '../contract/environment';
import { BuildspecReport, References } from '../core/buildspec/buildspec';
import { ProjectNeeds } from '../core/buildspec/placement';
import { sortedByName } from '../private/maps';

/** How a component's build is run, with every default filled in. */
export interface BuildSettings {
  readonly testCommands: readonly string[];
  readonly buildCommands: readonly string[];
  readonly buildspecFile?: string;
  readonly buildImage: codebuild.IBuildImage;
  readonly computeType: codebuild.ComputeType;
  readonly fleet?: codebuild.IFleet;
  readonly privileged: boolean;
  readonly cache?: CacheSettings;
  /** Versions by runtime. */
  readonly runtimeVersions: { readonly [runtime: string]: string };
  readonly environmentVariables: { readonly [name: string]: codebuild.BuildEnvironmentVariable };
  /** None on Lambda compute, which takes none. */
  readonly timeout?: Duration;
  /** By name: the component's, and those of its buildspec. */
  readonly reports: { readonly [name: string]: BuildspecReport };
  /** What the project is given for the sake of `buildspecFile`. */
  readonly projectNeeds: ProjectNeeds;
}

const MIN_TIMEOUT = Duration.minutes(5);
const MAX_TIMEOUT = Duration.hours(36);

/** The settings of a component that a kind has bound. @param needsOf reads a buildspec of the repository, where it is at hand */
export function buildSettings(component: Component, config: ComponentConfig, needsOf: (buildspecFile: string) => ProjectNeeds): BuildSettings {
  const { props } = component;
  const title = `Component ${JSON.stringify(component.name)}`;
  const buildImage = props.buildImage ?? config.buildImage ?? standardImage();
  const onLambda = isLambdaCompute(buildImage);
  const projectNeeds = props.buildspecFile === undefined ? {} : needsOf(props.buildspecFile);
  const runtimeVersions = versionsOf(title, props.runtimeVersions, projectNeeds.runtimeVersions);
  const settings = {
    testCommands: props.testCommands ?? [],
    buildCommands: props.buildspecFile === undefined ? props.buildCommands ?? config.buildCommands ?? [] : [],
    buildspecFile: props.buildspecFile,
    buildImage,
    computeType: props.computeType ?? (onLambda ? codebuild.ComputeType.LAMBDA_2GB : codebuild.ComputeType.SMALL),
    fleet: props.fleet,
    privileged: props.privileged ?? config.privileged ?? false,
    cache: props.cache?._settings(),
    runtimeVersions: runtimeVersions ?? (takesRuntimeVersions(buildImage) ? config.runtimeVersions ?? {} : {}),
    environmentVariables: sortedByName({ ...referencesOf(projectNeeds), ...props.environmentVariables }),
    timeout: props.timeout ?? (onLambda ? undefined : Duration.hours(1)),
    reports: reportsOf(title, component, projectNeeds),
    projectNeeds,
  };
  checkBuildMachine(title, {
    buildImage,
    privileged: settings.privileged,
    hasTimeout: props.timeout !== undefined,
    hasVpc: props.vpc !== undefined,
    runtimeVersions: Object.entries(runtimeVersions ?? {}).map(([runtime, version]) => `${runtime} ${version}`),
  });
  if (settings.cache !== undefined) {
    checkCache(title, settings.cache, { onLambda, hasFleet: props.fleet !== undefined, privileged: settings.privileged });
  }
  checkCommands(title, component);
  checkEnvironment(title, settings.environmentVariables);
  if (settings.timeout !== undefined) {
    checkTimeout(title, settings.timeout);
  }
  if (!props.vpc && (props.subnets || props.securityGroups)) {
    throw new Error(`${title}: ${props.subnets ? 'subnets' : 'securityGroups'} without vpc: name the VPC that they are in.`);
  }
  return settings;
}

function versionsOf(title: string, own?: { readonly [runtime: string]: string }, buildspecs?: { readonly [runtime: string]: string }) {
  const differing = Object.keys(own ?? {}).find((runtime) => buildspecs?.[runtime] !== undefined && buildspecs[runtime] !== own![runtime]);
  if (differing !== undefined) {
    throw new Error(`${title}: runtimeVersions has ${differing} ${own![differing]}, and its buildspecFile ${differing} ${buildspecs![differing]}: say it in one place.`);
  }
  return own || buildspecs ? sortedByName({ ...buildspecs, ...own }) : undefined;
}

function reportsOf(title: string, { props }: Component, { reports: buildspecs = {} }: ProjectNeeds): { [name: string]: BuildspecReport } {
  const folder = /\.[A-Za-z0-9]+$/.test(props.path) ? posix.dirname(props.path) : props.path;
  const reports = { ...buildspecs, ...Object.fromEntries(namedReports(title, props.reports ?? [], folder)) };
  requireFew(title, Object.keys(reports).length);
  return reports;
}

/** Variables whose values CodeBuild fetches, as a project's own: the CDK lets the build's role read them. */
function referencesOf({ parameterStore = {}, secretsManager = {} }: ProjectNeeds): { [name: string]: codebuild.BuildEnvironmentVariable } {
  const variables = (references: References, type: codebuild.BuildEnvironmentVariableType) => (
    Object.entries(references).map(([name, value]): [string, codebuild.BuildEnvironmentVariable] => [name, { type, value }])
  );
  return Object.fromEntries([
    ...variables(parameterStore, codebuild.BuildEnvironmentVariableType.PARAMETER_STORE),
    ...variables(secretsManager, codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER),
  ]);
}

function checkCommands(title: string, { props }: Component): void {
  if (props.buildspecFile !== undefined) {
    if (props.testCommands || props.buildCommands) {
      throw new Error(`${title}: buildspecFile ${JSON.stringify(props.buildspecFile)} and ${props.testCommands ? 'testCommands' : 'buildCommands'}: `
        + 'give either, because the buildspec\'s own phases are run instead of commands.');
    }
  }
  for (const field of ['testCommands', 'buildCommands'] as const) {
    props[field]?.forEach((command, index) => {
      if (command.trim() === '') {
        throw new Error(`${title}: ${field}[${index}] is ${JSON.stringify(command)}: write a command, or leave it out.`);
      }
    });
  }
}

function checkEnvironment(title: string, variables: BuildSettings['environmentVariables']): void {
  const taken = new Set<string>(Object.values(COMMAND_ENV));
  for (const name of Object.keys(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Error(`${title}: environmentVariables ${JSON.stringify(name)}: a name has letters, digits and _ only, and begins with no digit.`);
    }
    if (/^(MODULAR|CODEBUILD|AWS)_/.test(name) || taken.has(name)) {
      throw new Error(`${title}: environmentVariables ${JSON.stringify(name)}: the name is taken by the build itself: choose another.`);
    }
  }
}

function checkTimeout(title: string, timeout: Duration): void {
  if (timeout.isUnresolved()) {
    return;
  }
  if (timeout.toSeconds() < MIN_TIMEOUT.toSeconds() || timeout.toSeconds() > MAX_TIMEOUT.toSeconds()) {
    throw new Error(`${title}: timeout is ${timeout.toHumanString()}: CodeBuild takes 5 minutes to 36 hours.`);
  }
}
