import type { GetCalendarStateRequest, GetParameterRequest } from '@aws-sdk/client-ssm';
import { ChangeCalendars } from './change-calendars';
import { JsonService, ServiceError } from './json-protocol';
import { givenParameter } from '../engine/cloud-formation/given-parameter';

/** Systems Manager: the parameters that are there before a run, such as the version of each account's bootstrap, and the change calendars. */
export function ssmService(calendars: ChangeCalendars): JsonService {
  return new JsonService('ssm', {
    GetCalendarState: (input: GetCalendarStateRequest) => calendars.stateOf(input),
    GetParameter: ({ Name: name = '' }: GetParameterRequest) => {
      const value = givenParameter(name);
      if (value === undefined) {
        throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
      }
      return { Parameter: { Name: name, Type: 'String', Value: value, Version: 1 } };
    },
  });
}
