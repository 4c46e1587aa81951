import { ReviewMode } from '../core/change-set/review';

/** How the constructs and the functions behind an environment's gates meet. */

/** User parameters of the two actions around an approval. `review`: write down what is to be approved, and publish it to the topic. */
export interface ReviewJobParameters {
  readonly action: 'review';
  readonly environment: string;
  /** Name of the place: in a further Region another than the environment's. */
  readonly place: string;
  readonly pipelineExecutionId: string;
  readonly planId: string;
  readonly mode: ReviewMode;
  /** Where the page can be opened. */
  readonly page: string;
  /** Topic that it is published to; empty: none. */
  readonly topicArn: string;
  /** Place whose approval holds for this one as well, as far as its report covers this one's; empty: none. */
  readonly approvedIn: string;
}

/** `waive`: answer the approval where no person needs to. */
export interface WaiveJobParameters {
  readonly action: 'waive';
  readonly pipelineExecutionId: string;
  /** Where the approval is. */
  readonly stage: string;
  readonly approval: string;
  /** What the review says: why no approval is needed; `ASK` where one is. */
  readonly waiver: string;
}

/** In place of a waiver: a person has to approve. */
export const ASK = 'ask';

/** Output variables of the Review action. */
export interface ReviewVariables {
  /** What the approval shows. */
  readonly text: string;
  readonly waiver: string;
}

/** What is noted of a question for notifications: by the Review action, and by Deploy where something waits for its switch. */
export interface ReviewNote {
  /** Why no approval is needed; `ASK` where one is. */
  readonly waiver: string;
  /** What would change, in words. */
  readonly text: string;
  readonly page: string;
}

/** Name under which the note about a place's switch is kept, in place of the place's: no place has a `+`. */
export function switchOf(place: string): string {
  return `${place}+switch`;
}

/** Names of the actions around the approval of a switch. */
export const SWITCH_ACTIONS = { approve: 'ApproveSwitch', waive: 'WaiveSwitch' } as const;

/** User parameters of a calendar gate's action. */
export interface CalendarJobParameters {
  /** Names or ARNs, with commas between them. */
  readonly calendars: string;
  readonly environment: string;
  readonly commitId: string;
  /** Name of the pipeline, for messages. */
  readonly pipeline: string;
}

/** User parameters of a health gate's action. */
export interface HealthJobParameters {
  readonly region: string;
  /** With commas between them; empty: all. */
  readonly services: string;
  readonly maxWaitMinutes: string;
}
