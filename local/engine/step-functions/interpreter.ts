import { createRequire } from 'node:module';
import type { StateMachine } from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };

/** What the interpreter asks of a Node.js that is newer than this project's. */
interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason?: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: PromiseWithResolvers<T>['resolve'];
  let reject!: PromiseWithResolvers<T>['reject'];
  const promise = new Promise<T>((resolved, rejected) => { resolve = resolved; reject = rejected; });
  return { promise, resolve, reject };
}

/** The interpreter of Amazon States Language. Its CommonJS build, whose types say that it is none. */
export function loadInterpreter(): typeof StateMachine {
  const constructor = Promise as unknown as { withResolvers?: typeof withResolvers };
  constructor.withResolvers ??= withResolvers;
  return (createRequire(__filename)('aws-local-stepfunctions') as { readonly StateMachine: typeof StateMachine }).StateMachine;
}
