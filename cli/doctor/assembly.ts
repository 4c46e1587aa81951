import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bootstrap, BuildNeed, ImageNeed, RoleNeed, Site, StackNeed } from './requirements';
import { DELIVERY_FILE, DeliveryConfiguration } from '../../src/contract/delivery';
import { bootstrapParameter, bootstrapQualifier, LEAST_BOOTSTRAP } from '../../src/core/delivery/bootstrap';
import { InputError } from '../errors';

/** What is read of an assembly's files. */
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
    readonly requiresBootstrapStackVersion?: number;
    readonly bootstrapStackVersionSsmParameter?: string;
    readonly lookupRole?: { readonly arn?: string };
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

/** Version that CDK itself asks for, of the bootstrap of an account that is only deployed to. */
const CDK_BOOTSTRAP = 6;

const CLOUD_FORMATION = 'cloudformation.amazonaws.com';

/** A site while it is put together. */
class Draft {
  public readonly bootstraps = new Map<string, Bootstrap>();
  public readonly roles = new Map<string, RoleNeed>();
  public readonly stacks = new Map<string, StackNeed>();
  public readonly builds = new Map<string, BuildNeed>();
  public readonly images = new Map<string, ImageNeed>();
  public readonly connections = new Set<string>();
  public health = false;
  public lookupRoleArn?: string;

  public constructor(public readonly account: string, public readonly region: string) {}

  public site(): Site {
    const { account, region, health, lookupRoleArn } = this;
    const values = <T>(map: ReadonlyMap<string, T>) => [...map.keys()].sort().map((key) => map.get(key)!);
    return {
      account,
      region,
      bootstraps: values(this.bootstraps),
      roles: values(this.roles),
      stacks: values(this.stacks),
      builds: values(this.builds),
      images: values(this.images),
      connections: [...this.connections].sort(),
      health,
      ...(lookupRoleArn === undefined ? {} : { lookupRoleArn }),
    };
  }
}

/**
 * What the pipelines of a synthesized assembly need, by account and Region: those that they are in, then those that they deliver to.
 * @throws InputError where the folder is not an assembly, or holds no pipeline of this kind
 */
export function readSites(directory: string): Site[] {
  const drafts = new Map<string, Draft>();
  const draft = (account: string, region: string) => {
    const key = `${account}/${region}`;
    const known = drafts.get(key) ?? new Draft(account, region);
    drafts.set(key, known);
    return known;
  };
  const pipelines = readAssembly(directory, draft);
  if (pipelines === 0) {
    throw new InputError(`The assembly '${directory}' holds no modular pipeline. Synthesize the app that does ("cdk synth"), and give its output with --app.`);
  }
  return [...drafts.values()].map((one) => one.site());
}

type DraftOf = (account: string, region: string) => Draft;

/** @returns how many pipelines it holds */
function readAssembly(directory: string, draft: DraftOf): number {
  const { artifacts = {} } = readManifest(directory);
  let pipelines = 0;
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { type, properties = {} } = artifact;
    if (type === 'cdk:cloud-assembly') {
      pipelines += readAssembly(join(directory, properties.directoryName ?? id), draft);
    } else if (type === 'aws:cloudformation:stack') {
      const files = assetsOf(directory, id, artifacts);
      const template = readJson<Template>(join(directory, properties.templateFile ?? `${id}.template.json`));
      const nested = files.filter((file) => file.endsWith('.nested.template.json')).map((file) => readJson<Template>(file));
      const found = files.map((file) => join(file, DELIVERY_FILE)).filter((file) => existsSync(file));
      const site = draft(...environmentOf(id, artifact));
      addStack(site, id, artifact);
      addResources(site, [template, ...nested]);
      found.forEach((file) => addPlaces(site, readJson<DeliveryConfiguration>(file), draft));
      pipelines += found.length;
    }
  }
  return pipelines;
}

function readManifest(directory: string): { readonly artifacts?: Record<string, Artifact> } {
  try {
    return readJson(join(directory, 'manifest.json'));
  } catch (error) {
    throw new InputError(`'${directory}' is not a synthesized assembly: ${(error as Error).message}. Run "cdk synth" first, and give its output with --app.`);
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** Absolute paths of a stack's file assets. */
function assetsOf(directory: string, id: string, artifacts: Readonly<Record<string, Artifact>>): string[] {
  const manifest = artifacts[`${id}.assets`];
  const { files = {} } = manifest === undefined ? {} : readJson<{ files?: Record<string, { source: { path?: string } }> }>(join(directory, manifest.properties?.file ?? `${id}.assets.json`));
  return Object.values(files).flatMap(({ source: { path } }) => (path === undefined ? [] : [join(directory, path)]));
}

function environmentOf(id: string, { environment = '' }: Artifact): [account: string, region: string] {
  const [, account, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment) ?? [];
  if (account === undefined || region === undefined) {
    throw new InputError(`Stack '${id}' has no explicit account and Region ('${environment}'), so nothing can be looked at: give it "env: { account, region }".`);
  }
  return [account, region];
}

function addStack(site: Draft, id: string, { properties = {} }: Artifact): void {
  const name = properties.stackName ?? id;
  site.stacks.set(name, { name, byCdk: true });
  const parameter = properties.bootstrapStackVersionSsmParameter;
  if (parameter !== undefined) {
    requireBootstrap(site, { qualifier: parameter.split('/')[2] ?? '', parameter, version: properties.requiresBootstrapStackVersion ?? CDK_BOOTSTRAP });
  }
  site.lookupRoleArn ??= properties.lookupRole?.arn?.replaceAll('${AWS::Partition}', partitionOf(site.region));
}

/** The strictest of what is asked of one bootstrap. */
function requireBootstrap(site: Draft, need: Bootstrap): void {
  const known = site.bootstraps.get(need.parameter);
  site.bootstraps.set(need.parameter, known === undefined ? need : { ...known, ...need, version: Math.max(known.version, need.version) });
}

function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function addPlaces(pipeline: Draft, { places }: DeliveryConfiguration, draft: DraftOf): void {
  for (const [name, place] of Object.entries(places)) {
    if (!Array.isArray(place.stackNames)) {
      throw new InputError(`The assembly was synthesized by another version of cdk-modular-pipeline than this command's: place '${name}' names no stacks. Synthesize it again.`);
    }
    // Without stacks, nothing is asked of the account: what deployers act as there is the app's.
    if (place.stackNames.length === 0) {
      continue;
    }
    const site = draft(place.account, place.region);
    const isOwn = place.account === pipeline.account;
    place.stackNames.filter((stack) => !site.stacks.has(stack)).forEach((stack) => site.stacks.set(stack, { name: stack, byCdk: false }));
    site.roles.set(place.deployRoleArn, { arn: place.deployRoleArn, trusts: { account: pipeline.account }, purpose: 'the pipeline' });
    site.roles.set(place.executionRoleArn, { arn: place.executionRoleArn, trusts: { service: CLOUD_FORMATION }, purpose: 'CloudFormation' });
    const qualifier = bootstrapQualifier(place);
    if (qualifier !== undefined) {
      requireBootstrap(site, {
        qualifier, parameter: bootstrapParameter(qualifier), version: LEAST_BOOTSTRAP, ...(isOwn ? {} : { trusts: pipeline.account }),
      });
      site.lookupRoleArn ??= place.deployRoleArn.replace('-deploy-role-', '-lookup-role-');
    }
  }
}

/** Adds what the templates of one stack, nested ones included, declare. */
function addResources(site: Draft, templates: readonly Template[]): void {
  const resources = templates.flatMap((template) => Object.entries(template.Resources ?? {}));
  const projects = resources.filter(([, { Type: type }]) => type === 'AWS::CodeBuild::Project');
  const parallel = parallelBuilds(resources.map(([, resource]) => resource));
  projects.forEach(([logicalId, { Properties: properties = {} }]) => addProject(site, logicalId, properties, parallel));
  const text = JSON.stringify(templates);
  for (const [arn] of text.matchAll(/arn:[a-z-]+:(?:codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[a-f0-9-]+/g)) {
    site.connections.add(arn);
  }
  site.health ||= text.includes('"health:DescribeEvents"');
}

/** Builds that the stack's pipeline, or what it hands them to, starts at a time; one where each is started by itself. */
function parallelBuilds(resources: readonly Resource[]): { readonly parallel: number; readonly repeats: boolean } {
  const machines = resources.filter(({ Type: type }) => type === 'AWS::StepFunctions::StateMachine');
  const concurrent = machines.flatMap((machine) => [...JSON.stringify(machine).matchAll(/MaxConcurrency\\*":(\d+)/g)].map(([, count]) => Number(count)));
  if (concurrent.length > 0) {
    return { parallel: Math.max(...concurrent), repeats: true };
  }
  const stages = resources.flatMap(({ Type: type, Properties: properties }) => (
    type === 'AWS::CodePipeline::Pipeline' ? (properties?.Stages ?? []) as { Actions?: { RunOrder?: number; ActionTypeId?: { Provider?: string } }[] }[] : []));
  const counts = stages.flatMap(({ Actions: actions = [] }) => {
    const orders = actions.filter(({ ActionTypeId: id }) => id?.Provider === 'CodeBuild').map(({ RunOrder: order = 1 }) => order);
    return orders.map((order) => orders.filter((other) => other === order).length);
  });
  return { parallel: Math.max(1, ...counts), repeats: false };
}

function addProject(
  site: Draft, logicalId: string, properties: Readonly<Record<string, unknown>>, { parallel, repeats }: ReturnType<typeof parallelBuilds>,
): void {
  const environment = properties.Environment as Readonly<Record<string, unknown>>;
  const { Type: type, ComputeType: computeType, Image: image, Fleet: fleet, RegistryCredential: registry } = environment;
  if (typeof type === 'string' && typeof computeType === 'string' && fleet === undefined) {
    const key = `${type} ${computeType}`;
    const known = site.builds.get(key);
    site.builds.set(key, { type, computeType, parallel: Math.max(parallel, known?.parallel ?? 0), repeats: repeats && (known?.repeats ?? true) });
  }
  const name = literal(image, site);
  const secret = literal((registry as { readonly Credential?: unknown } | undefined)?.Credential, site);
  const key = name ?? `of ${logicalId}`;
  if (!site.images.has(key)) {
    site.images.set(key, { ...(name === undefined ? {} : { image: name }), usedBy: logicalId, ...(secret === undefined ? {} : { secret }) });
  }
}

/** A text that depends on nothing but where the stack is. */
function literal(value: unknown, { account, region }: Draft): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  const { 'Ref': ref, 'Fn::Join': join_ } = (value ?? {}) as { readonly 'Ref'?: unknown; readonly 'Fn::Join'?: readonly [string, readonly unknown[]] };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': partitionOf(region), 'AWS::URLSuffix': region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  if (typeof ref === 'string') {
    return pseudo[ref];
  }
  const parts = join_?.[1].map((part) => literal(part, { account, region } as Draft));
  return parts === undefined || parts.includes(undefined) ? undefined : parts.join(join_![0]);
}
