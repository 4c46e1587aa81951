import type { Services } from '../engine/sandbox';
import { Request } from '../services/protocol';
import { Programs } from '../world/programs';
import type { System } from '../world/system';

/** A mistake that somebody could make, planted around the real programs: what the simulation has to catch. */
export interface Defect {
  readonly name: string;
  /** What the code would do wrong. */
  readonly mistake: string;
  /** It takes dozens or hundreds of histories, as several things have to meet. */
  readonly isRare?: true;
  /** Programs in place of the real ones. */
  readonly programs?: (real: Programs) => Programs;
  /** Stands between programs and services: what they would ask, or understand, if the code were wrong. */
  readonly tamper?: (services: Services, system: System) => Services;
  /** Puts methods in place of the real classes' own, and returns what takes them back. */
  readonly patch?: () => () => void;
}

/** Puts a method in place of a class's own. */
export function replaceMethod<T extends object>(prototype: T, name: string, make: (real: (...parameters: never[]) => unknown) => unknown): () => void {
  const methods = prototype as Record<string, unknown>;
  const real = methods[name];
  if (typeof real !== 'function') {
    throw new Error(`There is no method ${name} to replace: the defect does not fit the code any more.`);
  }
  methods[name] = make(real as (...parameters: never[]) => unknown);
  return () => {
    methods[name] = real;
  };
}

/** Changes the body of requests of one operation. */
export function changingRequests(operation: string, change: (body: Record<string, unknown>, system: System) => void): Required<Defect>['tamper'] {
  return (services, system) => async (service, called, request) => {
    if (called !== operation) {
      return services(service, called, request);
    }
    const body = parse(request.body);
    change(body, system);
    return services(service, called, { ...request, body: JSON.stringify(body) });
  };
}

/** Changes the body of answers to one operation. */
export function changingAnswers(
  operation: string, change: (body: Record<string, unknown>, request: Record<string, unknown>) => void,
): Required<Defect>['tamper'] {
  return (services) => async (service, called, request) => {
    const response = await services(service, called, request);
    if (called !== operation || response.statusCode !== 200) {
      return response;
    }
    const body = parse(response.body as Uint8Array);
    change(body, parse(request.body));
    return { ...response, body: new TextEncoder().encode(JSON.stringify(body)) };
  };
}

export function parse(body: Request['body']): Record<string, unknown> {
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as Record<string, unknown>;
}
