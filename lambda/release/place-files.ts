import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ApplicationStack, besides } from './application-stacks';
import { DeclaredStack, locationParameters, placeParameters } from './configuration';
import { Copying, regionalLocation, regionalRelease, regionalText } from './regional';
import { TemplateDeclarations, templateDeclarations } from './template';
import { EnvironmentConfiguration, RELEASE_FILES } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { PlacedStack, PlaceStacks, TemplateObject } from '../../src/core/delivery/place-stacks';
import { componentId } from '../../src/core/names';
import { Build, Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';

/** A component's build that is a template. */
export interface ReleasedTemplate {
  readonly build: Build;
  readonly text: string;
  readonly declarations: TemplateDeclarations;
}

/** Templates by component. */
export type Templates = ReadonlyMap<string, ReleasedTemplate>;

/** Reads the templates of the places' stacks, each once. */
export async function readTemplates(places: readonly EnvironmentConfiguration[], release: Release, s3: S3Client): Promise<Templates> {
  const names = [...new Set(places.flatMap(({ stacks }) => stacks.map(({ component }) => component)))];
  return new Map(await Promise.all(names.map(async (name): Promise<[string, ReleasedTemplate]> => [name, await readTemplate(name, release, s3)])));
}

async function readTemplate(name: string, release: Release, s3: S3Client): Promise<ReleasedTemplate> {
  const build = buildOf(release, name);
  if (build === undefined) {
    throw new Error(`The release has no build of the template '${name}': it is of a time before the component was called so, and cannot be deployed any more.`);
  }
  const { bucket, key } = objectOf(build, build.location);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const text = await Body!.transformToString();
  try {
    return { build, text, declarations: templateDeclarations(text) };
  } catch (error) {
    throw new Error(`Component '${name}', ${build.location}: ${(error as Error).message}`);
  }
}

/** What the templates declare together. */
export function declaredByAny(declarations: readonly TemplateDeclarations[]): Pick<TemplateDeclarations, 'all' | 'required'> {
  return {
    all: new Set(declarations.flatMap(({ all }) => [...all])),
    required: new Set(declarations.flatMap(({ required }) => [...required])),
  };
}

/** Where a place is deployed from. */
export interface PlaceSource {
  readonly catalogue: Catalogue;
  readonly release: Release;
  readonly templates: Templates;
  /** The place's stacks out of applications. */
  readonly applications: readonly ApplicationStack[];
  /** The pipeline's own Region. */
  readonly region: string;
  /** How artifacts come to the place's Region, where that is another. */
  readonly copying?: Copying;
}

/** The files of the release artifact that say what is brought to a place. */
export function placeFiles(
  place: EnvironmentConfiguration, { catalogue, release, templates, applications, region: own, copying }: PlaceSource,
): Record<string, string> {
  const region = copying?.destination.region ?? own;
  const local = copying === undefined ? release : regionalRelease(release, copying);
  const stacks: DeclaredStack[] = [
    ...place.stacks.map((configuration) => ({ configuration, template: templates.get(configuration.component)!.declarations })),
    ...applications.map(({ configuration, declarations }) => ({ configuration, template: declarations })),
  ];
  const parameters = placeParameters(place, locationParameters(catalogue, local, region), stacks);
  const content: PlaceStacks = {
    version: 1,
    stacks: [...place.stacks.map(({ id, component, stackName, tags, capabilities, dependsOn }, index): PlacedStack => {
      const { build } = templates.get(component)!;
      return {
        id,
        stackName,
        templateFile: RELEASE_FILES.template(region, componentId(component)),
        templateObject: objectOf(build, copying === undefined ? build.location : regionalLocation(build, copying)),
        parameters: parameters[index]!,
        tags,
        capabilities,
        dependsOn,
      };
    }), ...applications.map((stack, index): PlacedStack => ({
      ...applicationStack(stack, region, copying),
      parameters: parameters[place.stacks.length + index]!,
    }))],
  };
  return {
    ...Object.fromEntries(place.stacks.map(({ component }) => {
      const { text } = templates.get(component)!;
      return [RELEASE_FILES.template(region, componentId(component)), copying === undefined ? text : regionalText(text, copying)];
    })),
    ...Object.fromEntries(applications.map(({ configuration, build, text }) => [applicationFile(region, build, configuration.id), text])),
    [RELEASE_FILES.stacks(place.name)]: `${JSON.stringify(content, undefined, 2)}\n`,
  };
}

function applicationStack(
  { configuration, build, file, notificationArns, terminationProtection, bootstrapVersion, assets }: ApplicationStack,
  region: string,
  copying?: Copying,
): Omit<PlacedStack, 'parameters'> {
  const { id, stackName, tags, capabilities, dependsOn } = configuration;
  const location = copying === undefined ? build.location : regionalLocation(build, copying);
  return {
    id,
    stackName,
    templateFile: applicationFile(region, build, id),
    templateObject: objectOf(build, besides(location, file)),
    tags,
    capabilities,
    dependsOn,
    notificationArns,
    terminationProtection,
    ...(bootstrapVersion === undefined ? {} : { bootstrapVersion }),
    assets,
  };
}

/** Stacks of two Stages may have one template each by the same ID, for places that differ. */
function applicationFile(region: string, { component }: Build, id: string): string {
  return RELEASE_FILES.template(region, `${componentId(component)}.${id}`);
}

function objectOf({ component }: Build, location: string): TemplateObject {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
  if (key === undefined || bucket === undefined) {
    throw new Error(`Component '${component}' is a template, and has to be one file in S3, but its location is '${location}'.`);
  }
  return { bucket, key };
}
