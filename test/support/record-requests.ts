import { appendFileSync } from 'node:fs';
import { Command } from '@smithy/core/client';

/** What is known of a command's class while it is built. */
interface ClassBuilder {
  _clientName: string;
  _commandName: string;
  build(): BuiltCommand;
}

type BuiltCommand = new (input: object) => {
  resolveMiddleware(stack: MiddlewareStack, ...rest: unknown[]): unknown;
};

interface MiddlewareStack {
  add(middleware: (next: (args: { input: object }) => unknown) => (args: { input: object }) => unknown, options: object): void;
}

/** The document client makes DynamoDB's commands from native values: what is sent is known only when it is about to be, behind the serializer. */
const MARSHALLED_LATER = 'DynamoDBClient';

/**
 * Appends every request that the SDK's clients are given to a file, as a line of JSON with service, operation and parameters: of those that are
 * answered by mocks as well. For `.ci/validate.sh`, which judges them by the services' own models.
 */
export function recordRequests(file: string): void {
  const known = new Set<string>();
  const record = ({ _clientName: client, _commandName: command }: ClassBuilder, input: object) => {
    const line = `${JSON.stringify({ service: client.replace(/Client$/, ''), operation: command.replace(/Command$/, ''), input }, plain)}\n`;
    if (!known.has(line)) {
      known.add(line);
      appendFileSync(file, line);
    }
  };
  const prototype = Object.getPrototypeOf(Command.classBuilder()) as ClassBuilder;
  const build = prototype.build;
  prototype.build = function (this: ClassBuilder) {
    const { _clientName, _commandName } = this;
    const names = { ...this, _clientName, _commandName };
    return class extends build.call(this) {
      public constructor(input: object = {}) {
        super(input);
        if (_clientName !== MARSHALLED_LATER) {
          record(names, input);
        }
      }

      public resolveMiddleware(stack: MiddlewareStack, ...rest: unknown[]): unknown {
        if (_clientName === MARSHALLED_LATER) {
          stack.add((next) => (args) => {
            record(names, args.input);
            return next(args);
          }, { step: 'serialize', priority: 'low', name: 'recordRequests', override: true });
        }
        return super.resolveMiddleware(stack, ...rest);
      }
    };
  };
}

/** Bytes and streams by what they are: their content is no part of the model. Left out are values that the SDK leaves out. */
function plain(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (value instanceof Uint8Array || (value as { type?: string }).type === 'Buffer' || 'pipe' in value || 'getReader' in value) {
      return 'bytes';
    }
    if (value instanceof Set) {
      return [...value];
    }
  }
  return value;
}
