import { CATALOGUES } from './catalogues';
import { ENVIRONMENT_FILE } from './environment-file';
import { EVENTS } from './events';
import { FILES, PATHS } from './paths';
import { FuzzProperty } from '../support/property';

/** What is fuzzed, by what the input is. */
export const PROPERTIES: Readonly<Record<string, readonly FuzzProperty[]>> = {
  'events': EVENTS,
  'catalogues': CATALOGUES,
  'paths of a repository': PATHS,
  'files of a repository': FILES,
  'environment file of a build': ENVIRONMENT_FILE,
};
