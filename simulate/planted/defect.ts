import type { Services } from '../services/service';
import { Programs } from '../world/programs';
import type { System } from '../world/system';

/** A mistake that someone could make, planted around the real programs: what the simulation has to catch. */
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

/** Changes the inputs of one operation. */
export function changingRequests(operation: string, change: (input: Record<string, unknown>, system: System) => void): Required<Defect>['tamper'] {
  return (services, system) => async (service, called, input) => {
    if (called !== operation) {
      return services(service, called, input);
    }
    const changed = structuredClone(input) as Record<string, unknown>;
    change(changed, system);
    return services(service, called, changed);
  };
}

/** Changes the outputs of one operation. */
export function changingAnswers(operation: string, change: (output: Record<string, unknown>) => void): Required<Defect>['tamper'] {
  return (services) => async (service, called, input) => {
    const output = await services(service, called, input);
    if (called !== operation) {
      return output;
    }
    const changed = structuredClone(output) as Record<string, unknown>;
    change(changed);
    return changed;
  };
}
