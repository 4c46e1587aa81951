import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import type { Component, ComponentConfig } from './component';
import { COMMAND_ENV } from '../contract/environment';

/** How a component's build is run, with every default filled in. */
export interface BuildSettings {
  readonly testCommands: readonly string[];
  readonly buildCommands: readonly string[];
  readonly buildspecFile?: string;
  readonly buildImage: codebuild.IBuildImage;
  readonly computeType: codebuild.ComputeType;
  readonly privileged: boolean;
  readonly environmentVariables: { readonly [name: string]: codebuild.BuildEnvironmentVariable };
  readonly timeout: Duration;
}

const MIN_TIMEOUT = Duration.minutes(5);
const MAX_TIMEOUT = Duration.hours(36);

/** The settings of a component that a kind has bound. */
export function buildSettings(component: Component, config: ComponentConfig): BuildSettings {
  const { props } = component;
  const settings = {
    testCommands: props.testCommands ?? [],
    buildCommands: props.buildspecFile === undefined ? props.buildCommands ?? config.buildCommands ?? [] : [],
    buildspecFile: props.buildspecFile,
    buildImage: props.buildImage ?? codebuild.LinuxBuildImage.STANDARD_8_0,
    computeType: props.computeType ?? codebuild.ComputeType.SMALL,
    privileged: config.privileged ?? false,
    environmentVariables: props.environmentVariables ?? {},
    timeout: props.timeout ?? Duration.hours(1),
  };
  const title = `Component ${JSON.stringify(component.name)}`;
  checkCommands(title, component);
  checkEnvironment(title, settings.environmentVariables);
  checkTimeout(title, settings.timeout);
  if (!props.vpc && (props.subnets || props.securityGroups)) {
    throw new Error(`${title}: ${props.subnets ? 'subnets' : 'securityGroups'} without vpc: name the VPC that they are in.`);
  }
  return settings;
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
