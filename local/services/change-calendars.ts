import type { GetCalendarStateRequest } from '@aws-sdk/client-ssm';
import { ServiceError } from './json-protocol';

export interface CalendarState {
  readonly state: 'OPEN' | 'CLOSED';
  /** When it changes, ISO 8601; absent where it never does. */
  readonly next?: string;
}

/** The change calendars of Systems Manager, by name or ARN: open only where all that are asked for are. */
export class ChangeCalendars {
  public readonly states = new Map<string, CalendarState>();

  /** @throws ServiceError */
  public stateOf({ CalendarNames: names = [] }: GetCalendarStateRequest): object {
    const states = names.map((name) => {
      const found = this.states.get(name);
      if (found === undefined) {
        throw new ServiceError('InvalidDocument', `Document with name ${name} does not exist.`);
      }
      return found;
    });
    const closed = states.find(({ state }) => state === 'CLOSED');
    const { next } = closed ?? states[0] ?? {};
    return { State: closed === undefined ? 'OPEN' : 'CLOSED', AtTime: new Date().toISOString(), ...(next === undefined ? {} : { NextTransitionTime: next }) };
  }
}
