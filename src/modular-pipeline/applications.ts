import { Stack } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { supportStackName } from './regional-storage';
import { ComponentCatalogue } from '../component/component-catalogue';
import { CDK_APP_KIND } from '../component/kinds/cdk-app';
import { ApplicationConfiguration } from '../contract/objects';
import { AssetPlace, StackChoice } from '../core/assembly/place';
import { ApplicationStacks } from '../environment/application-stacks';
import { Place, placesOf, takesStacks, Target } from '../environment/target';
import { requireLiteral } from '../private/literal';

/** The name that `cdk bootstrap` gives its stack. */
const BOOTSTRAP_STACK = 'CDKToolkit';

/** What the applications of all places are made from. */
export interface ApplicationsProps {
  /** Names of the components that are applications. */
  readonly applications: readonly string[];
  readonly targets: readonly Target[];
  /** Qualifier of the bootstrap in every place. */
  readonly qualifier: string;
}

/** Names of the components whose builds are cloud assemblies. */
export function applicationsOf(catalogue: ComponentCatalogue): string[] {
  return catalogue.componentNames.filter((name) => catalogue._bound(name).config.kind === CDK_APP_KIND);
}

/** The applications of every place, by the place's name. */
export function placedApplications(pipeline: Stack, props: ApplicationsProps): ReadonlyMap<string, readonly ApplicationConfiguration[]> {
  const { applications, targets, qualifier } = props;
  const places = placesOf(targets);
  return new Map(places.map((place): [string, readonly ApplicationConfiguration[]] => {
    requireKnown(place, applications);
    const regions = places.filter(({ environment }) => environment === place.environment).map(({ region }) => region);
    return [place.name, !place.deployers.some(takesStacks) ? [] : applications.map((component): ApplicationConfiguration => ({
      component,
      tags: place.tags,
      place: {
        ...assetPlace(place, qualifier),
        environment: place.environment,
        partition: partitionOf(place, pipeline),
        regions,
        choice: choiceOf(component, place),
        forbidden: forbiddenNames(pipeline, place),
        deployRoleArn: place.deployRoleArn,
        executionRoleArn: place.executionRoleArn,
      },
    }))];
  }));
}

/** Names that the stacks of applications may have in a place. */
export function applicationStackNames(applications: readonly ApplicationConfiguration[]): string[] {
  return applications.flatMap(({ place: { choice } }) => choice.names ?? ['*']);
}

/** Where the assets of an application go. */
export function assetPlaceOf({ place }: ApplicationConfiguration): AssetPlace {
  const { account, region, fileBucket, fileRoleArn, imageRepository, imageRoleArn } = place;
  return { account, region, fileBucket, fileRoleArn, imageRepository, imageRoleArn };
}

/** Stacks that decide what the pipeline itself may do. */
export function forbiddenNames(pipeline: Stack, { account, region }: Place): string[] {
  const own = account === pipeline.account ? [region === pipeline.region ? pipeline.stackName : supportStackName(pipeline, region)] : [];
  return [BOOTSTRAP_STACK, ...own];
}

/** Bucket, repository and roles of the bootstrap. */
function assetPlace({ account, region, deployRoleArn }: Place, qualifier: string): AssetPlace {
  const partition = deployRoleArn.split(':')[1];
  const role = (kind: string) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${kind}-publishing-role-${account}-${region}`;
  return {
    account,
    region,
    fileBucket: `cdk-${qualifier}-assets-${account}-${region}`,
    fileRoleArn: role('file'),
    imageRepository: `cdk-${qualifier}-container-assets-${account}-${region}`,
    imageRoleArn: role('image'),
  };
}

function partitionOf({ region }: Place, pipeline: Stack): string {
  return RegionInfo.get(region).partition ?? pipeline.partition;
}

function choiceOf(component: string, { environment, applications }: Place): StackChoice {
  const own: ApplicationStacks = Object.hasOwn(applications, component) ? applications[component] : {};
  const title = `Environment ${JSON.stringify(environment)}: applications ${JSON.stringify(component)}`;
  if (own.stackNames?.length === 0) {
    throw new Error(`${title}: stackNames is empty: name the stacks, or leave it out.`);
  }
  own.stackNames?.forEach((name) => {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}\*?$/.test(requireLiteral(`${title}: stackNames`, name))) {
      throw new Error(`${title}: stackNames has ${JSON.stringify(name)}: it takes names of stacks, or beginnings of names followed by *.`);
    }
  });
  if (own.stage === undefined) {
    return own.stackNames === undefined ? {} : { names: own.stackNames };
  }
  const stage = requireLiteral(`${title}: stage`, own.stage);
  if (!/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(stage)) {
    throw new Error(`${title}: stage is ${JSON.stringify(stage)}: it takes the path of a Stage, such as "Test".`);
  }
  // The CDK names the stacks of a Stage after it.
  return { stage, names: own.stackNames ?? [`${stage.replaceAll('/', '-')}-*`] };
}

function requireKnown({ environment, applications }: Place, known: readonly string[]): void {
  const unknown = Object.keys(applications).find((component) => !known.includes(component));
  if (unknown !== undefined) {
    throw new Error(`Environment ${JSON.stringify(environment)}: applications names ${JSON.stringify(unknown)}, which is no component of the kind Component.cdkApp: `
      + `${known.length === 0 ? 'there is none' : `name one of ${known.map((name) => JSON.stringify(name)).join(', ')}`}.`);
  }
}
