/** Names of the pipeline's own stages and actions. Functions know them in events, and pin the source action when they start the pipeline. */
export const STAGES = { source: 'Source', plan: 'Plan', checks: 'Checks', build: 'Build', release: 'Release' } as const;

/** Where builds take several stages, their names have numbers. */
export const BUILD_STAGES = /^Build\d*$/;

export const ACTIONS = { source: 'Source', plan: 'Plan', release: 'Release', prepare: 'Prepare', deploy: 'Deploy', switch: 'Switch', record: 'Record' } as const;

/** What no environment can be called. `Build` is followed by a number where there are several. */
export const RESERVED_STAGES = [/^source$/i, /^plan$/i, /^checks$/i, /^build\d*$/i, /^release$/i];
