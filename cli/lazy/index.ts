/* eslint-disable @typescript-eslint/no-require-imports -- Each part is loaded when it is asked for, so that none pays for another's libraries. */
// The parts are bundled apart. Their paths are right in the source and among the bundles, where each part has a folder as this file has here.
import type { Command } from '../command';
import { analysis, operations } from './parts';

/** The commands, in the order in which help names them. */
export const COMMANDS: { readonly [name: string]: { readonly summary: string; readonly load: () => Command } } = {
  'init': {
    summary: 'write a pipeline app for this repository',
    load: () => analysis().init,
  },
  'plan': {
    summary: 'what changed between two revisions, and why',
    load: () => (require('../commands/plan') as typeof import('../commands/plan')).plan,
  },
  'explain': {
    summary: 'why a component is affected, or is not',
    load: () => (require('../commands/explain') as typeof import('../commands/explain')).explain,
  },
  'graph': {
    summary: 'the components and what they depend on',
    load: () => (require('../commands/graph') as typeof import('../commands/graph')).graph,
  },
  'discover': {
    summary: "a catalogue from a repository's own manifests",
    load: () => analysis().discover,
  },
  'replay': {
    summary: "what a repository's history would have built",
    load: () => analysis().replay,
  },
  'status': {
    summary: 'which build of each component is live where',
    load: () => operations().status,
  },
  'releases': {
    summary: 'the releases that went live, and where',
    load: () => operations().releases,
  },
  'report': {
    summary: 'a page of what is live, what came last, and how deliveries go',
    load: () => operations().report,
  },
  'rollback': {
    summary: 'deploy what was live before, without building',
    load: () => operations().rollback,
  },
  'promote': {
    summary: 'deploy what is live in the environment before, without building',
    load: () => operations().promote,
  },
  'resume': {
    summary: 'let the branch flow again after a promotion or a rollback',
    load: () => operations().resume,
  },
  'review': {
    summary: 'what guard and approval would say of a change set',
    load: () => (require('../parts/review') as typeof import('../parts/review')).review,
  },
  'source': {
    summary: 'what of a repository can be read, before the first deployment',
    load: () => operations().source,
  },
  'doctor': {
    summary: 'what accounts and Regions still lack for a synthesized pipeline',
    load: () => (require('../parts/doctor') as typeof import('../parts/doctor')).doctor,
  },
  'allow': {
    summary: 'let one release delete or replace resources',
    load: () => operations().allowCommand,
  },
  'delete-stack': {
    summary: 'delete a stack that left the release',
    load: () => operations().deleteStack,
  },
};
