import { AssemblyPlace } from '../core/assembly/place';
import { StackParameter } from '../core/delivery/place-stacks';

/** Keys of the objects in the artifact bucket, and the files of a pipeline's artifacts. */

/** Prefix of all artifacts of one component; `componentId` is its name made safe (core/names). */
export function componentPrefix(solution: string, componentId: string): string {
  return `${solution}/components/${componentId}/`;
}

/** Prefix of one build's artifact. */
export function buildPrefix(solution: string, componentId: string, buildNumber: number): string {
  return `${componentPrefix(solution, componentId)}${buildNumber}/`;
}

/** Prefix of what a template's builds package (nested templates, code): named by content, so that builds share what is the same. */
export function packagedPrefix(solution: string, componentId: string): string {
  return `${componentPrefix(solution, componentId)}packaged/`;
}

/** Prefix of the assets of an application, by the CDK's hash: builds share what is the same. */
export function assetPrefix(solution: string, componentId: string): string {
  return `${componentPrefix(solution, componentId)}assets/`;
}

/** Prefix of the caches of all components. */
export function cachesPrefix(solution: string): string {
  return `${solution}/caches/`;
}

/** Prefix of what the builds of one component keep for the next ones. */
export function cachePrefix(solution: string, componentId: string): string {
  return `${cachesPrefix(solution)}${componentId}/`;
}

export function releasePrefix(solution: string): string {
  return `${solution}/releases/`;
}

/** Prefix of what is known of the source's versions, where the source is an object. */
export function sourcesPrefix(solution: string): string {
  return `${solution}/sources/`;
}

/** Key of one execution's release. */
export function releaseKey(solution: string, executionId: string): string {
  return `${releasePrefix(solution)}${executionId}.json`;
}

/** Key of the object that says which locations of a release do not reach its template: an `Undeclared`. */
export function undeclaredKey(solution: string, executionId: string): string {
  return `${releasePrefix(solution)}${executionId}.undeclared.json`;
}

/** Prefix of change reports. */
export function changeSetPrefix(solution: string): string {
  return `${solution}/change-sets/`;
}

/** Key of what one execution would change in one place. */
export function changeSetKey(solution: string, executionId: string, environment: string): string {
  return `${changeSetPrefix(solution)}${executionId}/${environment}.json`;
}

/** Prefix of what the steps of deliveries that are not stacks write and hand on. Plans of Terraform may hold secrets. */
export function deliveryPrefix(solution: string): string {
  return `${solution}/deliveries/`;
}

/** Prefix of one delivery to one place. `id`: the component's. */
export function placeDeliveryPrefix(solution: string, place: string, id: string): string {
  return `${deliveryPrefix(solution)}${place}/${id}/`;
}

/** Prefix of one attempt of one delivery. */
export function deliveryAttemptPrefix(solution: string, place: string, id: string, attempt: string): string {
  return `${placeDeliveryPrefix(solution, place, id)}${attempt}/`;
}

/** Prefix of outputs. */
export function outputsPrefix(solution: string): string {
  return `${solution}/outputs/`;
}

/** Key of the outputs of all stacks that one execution delivered to a place: values by output, by the stack's ID. */
export function outputsKey(solution: string, executionId: string, place: string): string {
  return `${outputsPrefix(solution)}${executionId}/${place}.json`;
}

/** Prefix of the pages that approvers read. */
export function reviewPrefix(solution: string): string {
  return `${solution}/reviews/`;
}

/** Key of the page about one execution's deployment to one environment. */
export function reviewKey(solution: string, executionId: string, environment: string): string {
  return `${reviewPrefix(solution)}${executionId}/${environment}.html`;
}

/** Key of what came of that review: a `ReviewNote`. */
export function reviewNoteKey(solution: string, executionId: string, place: string): string {
  return `${reviewPrefix(solution)}${executionId}/${place}.json`;
}

/** Key of the page of what is live where, where the record function writes it. */
export function reportKey(solution: string): string {
  return `${solution}/report.html`;
}

/** The catalogue's file next to each function's code, and as an asset for the builds. */
export const CATALOGUE_FILE = 'catalogue.json';

/** The environments' file, next to the catalogue: what each one's template configuration gets. */
export const ENVIRONMENTS_FILE = 'environments.json';

/** A file of the record function where it writes the page: a list of `ReportedEnvironment`, in the order of deployment. */
export const REPORTED_ENVIRONMENTS_FILE = 'reported-environments.json';

export interface ReportedEnvironment {
  readonly name: string;
  /** Set where no release of the branch reaches it by itself. */
  readonly apart?: true;
}

/** One stack of a place in `ENVIRONMENTS_FILE`: a component's build is its template. */
export interface StackConfiguration {
  /** Unique in its place. */
  readonly id: string;
  /** The component whose build is the template. */
  readonly component: string;
  readonly stackName: string;
  /** Parameters of this stack alone; they go before the place's. The template must declare them. */
  readonly parameters: { readonly [name: string]: StackParameter };
  readonly tags: { readonly [key: string]: string };
  readonly capabilities: readonly string[];
  /** IDs of stacks of the place that come before it. */
  readonly dependsOn: readonly string[];
}

/** One place in `ENVIRONMENTS_FILE`, in the order of deployment: an environment, or one of its further Regions. */
export interface EnvironmentConfiguration {
  readonly name: string;
  readonly environment: string;
  /** Where its Region has copies of components' artifacts; absent in the pipeline's own Region. */
  readonly artifacts?: RegionalArtifacts;
  /** Parameters that are not a component's location, for every stack whose template declares them. One of them must. */
  readonly parameters: { readonly [name: string]: string };
  readonly stacks: readonly StackConfiguration[];
  /** Applications whose stacks are deployed here as well. */
  readonly applications?: readonly ApplicationConfiguration[];
  /** What lets the environment take a release; absent where it takes every one. */
  readonly deployOn?: DeployOnConfiguration;
}

/** What lets an environment take a release that does not reach it by itself: a tag of a pattern, or nothing but someone's demand. */
export type DeployOnConfiguration = { readonly kind: 'tag'; readonly pattern: string } | { readonly kind: 'demand' };

/** One application of a place in `ENVIRONMENTS_FILE`: a component's build is its cloud assembly, and says which stacks there are. */
export interface ApplicationConfiguration {
  /** The component whose build is the assembly. */
  readonly component: string;
  /** What of it is taken, and what it may say about the place. */
  readonly place: AssemblyPlace;
  /** Tags of all its stacks. */
  readonly tags: { readonly [key: string]: string };
}

/** Copies of components' artifacts in another Region than the pipeline's. */
export interface RegionalArtifacts {
  readonly region: string;
  readonly bucket: string;
  /** URI of the repository with a component's images, by component. */
  readonly images: { readonly [component: string]: string };
}

/** Files of the release artifact. */
export const RELEASE_FILES = {
  release: 'release.json',
  /** A template's text, as it is deployed in a Region: what it names in the artifact bucket is the Region's own copy. */
  template: (region: string, id: string) => `templates/${region}/${id}.yml`,
  /** What is brought to a place: `PlaceStacks`. */
  stacks: (place: string) => `${place}.stacks.json`,
} as const;
