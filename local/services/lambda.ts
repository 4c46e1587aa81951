import { IncomingMessage, ServerResponse } from 'node:http';
import { invokedFunction } from './invoked-function';
import { readBody, ServiceHandler } from './server';
import { NotEmulatedError } from '../activity';
import { LambdaFunction } from '../engine/lambda/function';
import { FunctionError } from '../engine/lambda/sandbox';

/** Lambda's Invoke: waiting for the answer, or not. */
export function lambdaService(find: (name: string) => LambdaFunction | undefined, track: (work: Promise<unknown>) => void): ServiceHandler {
  return {
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const name = invokedFunction(request.url);
      if (name === undefined) {
        throw new NotEmulatedError(`the call lambda:${request.method} ${request.url}`);
      }
      const target = find(name.split(':').at(-1)!);
      if (target === undefined) {
        response.writeHead(404, { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' }).end(JSON.stringify({ Message: `Function not found: ${name}` }));
        return;
      }
      const event = JSON.parse((await readBody(request)).toString() || '{}') as unknown;
      if (request.headers['x-amz-invocation-type'] === 'Event') {
        track(target.invokeAsync(event));
        response.writeHead(202).end();
        return;
      }
      const answered = await target.invoke(event).then((value) => ({ value: value ?? null }), (error: FunctionError) => ({ error }));
      if ('error' in answered) {
        response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(JSON.stringify({ errorType: answered.error.name, errorMessage: answered.error.message }));
        return;
      }
      response.writeHead(200).end(JSON.stringify(answered.value));
    },
  };
}
