'use strict';
// Runs in a function's own process: loads the handler once, then answers one invocation after the other.

const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** How far the function's clock is ahead of this machine's, in milliseconds. */
let ahead = 0;
const MachineDate = Date;
const now = () => MachineDate.now() + ahead;
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args, created) => Reflect.construct(target, args.length === 0 ? [now()] : args, created),
  get: (target, name) => (name === 'now' ? now : target[name]),
});

async function load() {
  const [file, name] = process.env._HANDLER.split(/\.(?=[^.]*$)/);
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  for (const extension of ['.js', '.mjs', '.cjs']) {
    try {
      const module = await import(pathToFileURL(base + extension).href);
      const handler = module[name] ?? module.default?.[name];
      if (typeof handler !== 'function') {
        throw new TypeError(`${file}.${name} is undefined or not exported`);
      }
      return handler;
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes(base + extension)) {
        throw error;
      }
    }
  }
  throw new Error(`Cannot find module '${file}'`);
}

const loaded = load();
loaded.catch(() => undefined);

process.on('message', async ({ event, context, deadline, clockAhead }) => {
  ahead = clockAhead;
  const answer = (message) => process.send(message);
  try {
    const handler = await loaded;
    const result = await handler(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - MachineDate.now()) });
    answer({ result });
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    console.error(known.stack);
    answer({ error: { name: known.name, message: known.message, stack: known.stack } });
  }
});
