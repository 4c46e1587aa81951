/* eslint-disable @typescript-eslint/no-require-imports -- Each part is loaded when it is asked for, so that none pays for another's libraries. */
import type { Command } from './command';

/** The commands, in the order in which help names them. */
export const COMMANDS: { readonly [name: string]: { readonly summary: string; readonly load: () => Command } } = {
  plan: {
    summary: 'what changed between two revisions, and why',
    load: () => (require('./commands/plan') as typeof import('./commands/plan')).plan,
  },
  explain: {
    summary: 'why a component is affected, or is not',
    load: () => (require('./commands/explain') as typeof import('./commands/explain')).explain,
  },
  graph: {
    summary: 'the components and what they depend on',
    load: () => (require('./commands/graph') as typeof import('./commands/graph')).graph,
  },
  discover: {
    summary: "a catalogue from a repository's own manifests",
    load: () => (require('./commands/discover') as typeof import('./commands/discover')).discover,
  },
  replay: {
    summary: "what a repository's history would have built",
    load: () => (require('./commands/replay') as typeof import('./commands/replay')).replay,
  },
  status: {
    summary: 'which build of each component is live where',
    load: () => (require('./commands/status') as typeof import('./commands/status')).status,
  },
  releases: {
    summary: 'the releases that went live, and where',
    load: () => (require('./commands/releases') as typeof import('./commands/releases')).releases,
  },
  rollback: {
    summary: 'deploy what was live before, without building',
    load: () => (require('./commands/rollback') as typeof import('./commands/rollback')).rollback,
  },
  promote: {
    summary: 'deploy what is live in the environment before, without building',
    load: () => (require('./commands/promote') as typeof import('./commands/promote')).promote,
  },
};

/** Needs a YAML parser. */
export function loadTracing(): typeof import('./tracing') {
  return require('./tracing') as typeof import('./tracing');
}
