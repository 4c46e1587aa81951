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

export function releasePrefix(solution: string): string {
  return `${solution}/releases/`;
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

/** Prefix of the pages that approvers read. */
export function reviewPrefix(solution: string): string {
  return `${solution}/reviews/`;
}

/** Key of the page about one execution's deployment to one environment. */
export function reviewKey(solution: string, executionId: string, environment: string): string {
  return `${reviewPrefix(solution)}${executionId}/${environment}.html`;
}

/** The catalogue's file beside each function's code, and as an asset for the builds. */
export const CATALOGUE_FILE = 'catalogue.json';

/** The environments' file, beside the catalogue: what each one's template configuration gets. */
export const ENVIRONMENTS_FILE = 'environments.json';

/** One place in `ENVIRONMENTS_FILE`, in the order of deployment: an environment, or one of its further Regions. */
export interface EnvironmentConfiguration {
  readonly name: string;
  readonly environment: string;
  /** Where its Region has copies of components' artifacts; absent in the pipeline's own Region. */
  readonly artifacts?: RegionalArtifacts;
  /** Template parameters that are not a component's location. */
  readonly parameters: { readonly [name: string]: string };
  readonly tags: { readonly [key: string]: string };
}

/** Copies of components' artifacts in another Region than the pipeline's. */
export interface RegionalArtifacts {
  readonly region: string;
  readonly bucket: string;
  /** URI of the repository with a component's images, by component. */
  readonly images: { readonly [component: string]: string };
}

/** Files of the release artifact that CloudFormation actions read. */
export const RELEASE_FILES = {
  release: 'release.json',
  template: 'template.yml',
  /** The same for a Region with copies of the artifacts that the template names. */
  regionalTemplate: (region: string) => `${region}.template.yml`,
  configuration: (environment: string) => `${environment}.template-configuration.json`,
} as const;
