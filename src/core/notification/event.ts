/** What is reported to people and programs. */
export type ReleaseEventName = 'BUILD_FAILED' | 'REFUSED' | 'FAILED' | 'APPROVAL_ASKED' | 'WENT_LIVE' | 'ROLLED_BACK';

/** Detail types of the events on a bus. A rollback went live, too. */
export const DETAIL_TYPES: Readonly<Record<ReleaseEventName, string>> = {
  BUILD_FAILED: 'Build Failed',
  REFUSED: 'Release Refused',
  FAILED: 'Execution Failed',
  APPROVAL_ASKED: 'Approval Asked',
  WENT_LIVE: 'Release Went Live',
  ROLLED_BACK: 'Release Went Live',
};

/** What CodePipeline's event says of one action. */
export interface ActionEvent {
  readonly stage: string;
  readonly action: string;
  readonly state: 'STARTED' | 'SUCCEEDED' | 'FAILED';
  /** `Build`, `Approval`, `Invoke`, ... */
  readonly category: string;
}

/** The stages of a pipeline, by what they are. */
export interface KnownStages {
  /** Whether it is an environment's. */
  readonly isEnvironment: (stage: string) => boolean;
  /** The names of the pipeline's own stages and actions. */
  readonly checks: string;
  readonly build: RegExp;
  readonly record: string;
  /** The actions that change an environment. */
  readonly deploy: readonly string[];
}

/**
 * What an action's event means to people; nothing where it means nothing. Only its record says that a release is live, and whether it went back by
 * what was live before: `WENT_LIVE` stands for both.
 */
export function classify({ stage, action, state, category }: ActionEvent, known: KnownStages): Exclude<ReleaseEventName, 'ROLLED_BACK'> | undefined {
  const isEnvironment = known.isEnvironment(stage);
  const is = (name: string) => action === name || action.startsWith(`${name}-`);
  switch (state) {
    case 'STARTED':
      return category === 'Approval' ? 'APPROVAL_ASKED' : undefined;
    case 'SUCCEEDED':
      return isEnvironment && action === known.record ? 'WENT_LIVE' : undefined;
    case 'FAILED':
      if (known.build.test(stage)) {
        return 'BUILD_FAILED';
      }
      // What stands between a release and an environment: the guard, gates, and checks before the build.
      return stage === known.checks || category === 'Approval' || isEnvironment && !known.deploy.some(is) && action !== known.record ? 'REFUSED' : 'FAILED';
  }
}
