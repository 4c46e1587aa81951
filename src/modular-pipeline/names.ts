/** Names of the pipeline's own stages and actions. The run-time code pins the source action by its name. */
export const STAGES = { source: 'Source', plan: 'Plan', checks: 'Checks', build: 'Build', release: 'Release' } as const;

export const ACTIONS = { source: 'Source', plan: 'Plan', release: 'Release', prepare: 'Prepare', deploy: 'Deploy', record: 'Record' } as const;

/** What no environment can be called. `Build` is followed by a number where there are several. */
export const RESERVED_STAGES = [/^source$/i, /^plan$/i, /^checks$/i, /^build\d*$/i, /^release$/i];
