import { ReleaseEventName } from '../core/notification/event';

/** How the notifications' construct and its function meet. */

/** In the folder of the function's code: a `NotificationsConfiguration`. */
export const NOTIFICATIONS_FILE = 'notifications.json';

export interface NotificationsConfiguration {
  readonly solution: string;
  readonly pipeline: string;
  readonly on: readonly ReleaseEventName[];
  readonly channels: readonly ChannelConfiguration[];
  /** What each stage of an environment is. */
  readonly stages: { readonly [stage: string]: NotifiedStage };
  /** Components by the names of their builds' actions, where each has one. */
  readonly components: { readonly [action: string]: string };
}

export interface NotifiedStage {
  readonly environment: string;
  /** Places by what their actions' names end in, which is nothing where the stage has one place. */
  readonly places: { readonly [suffix: string]: string };
}

/** Where a notification goes. What is secret or known at deployment only is not in the file, but in a variable of the function's environment. */
export interface ChannelConfiguration {
  readonly type: 'topic' | 'chat' | 'bus' | 'webhook';
  /** The variable that holds the ARN of the topic, of the bus, or of the secret with the webhook's address. */
  readonly variable: string;
}

/** Source of the events on a bus. */
export const EVENT_SOURCE = 'modular-pipeline';
