import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as codeCommit from '@aws-sdk/client-codecommit';
import * as codePipeline from '@aws-sdk/client-codepipeline';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as s3 from '@aws-sdk/client-s3';
import * as states from '@aws-sdk/client-sfn';
import * as sts from '@aws-sdk/client-sts';
import { ServiceException } from '@smithy/core/client';
import type { DeserializeMiddleware, MiddlewareStack, SerializeMiddleware } from '@smithy/types';
import { ServiceError, ServiceName } from '../services/service';

type Stack = MiddlewareStack<object, object>;
type Answer = (operation: string, input: object) => Promise<object>;
type ModelledError = new (options: { readonly message: string; readonly $metadata: object }) => ServiceException;

const MODELS: Readonly<Record<ServiceName, object>> = {
  dynamodb: dynamoDb, s3, codecommit: codeCommit, codepipeline: codePipeline, ecr, cloudformation: cloudFormation, states, sts,
};

/**
 * Has a client hand the operations' inputs over as they are, and take outputs and errors so: no request of HTTP is written, and no response read, which is
 * most of what a call costs. What is left of the SDK retries, and makes items of DynamoDB's attribute values and back.
 */
export function answerDirectly(client: { readonly middlewareStack: Stack }, service: ServiceName, answer: Answer): void {
  const serialize: SerializeMiddleware<object, object> = (next, { commandName }) => async (parameters) => (
    next({ ...parameters, request: { operation: commandName!.replace(/Command$/, ''), input: parameters.input } })
  );
  const deserialize: DeserializeMiddleware<object, object> = () => async ({ request }) => {
    const { operation, input } = request as { operation: string; input: object };
    try {
      return { response: {}, output: { $metadata: { httpStatusCode: 200 }, ...withReadableBody(await answer(operation, input)) } };
    } catch (error) {
      throw error instanceof ServiceError ? modelled(service, error) : error;
    }
  };
  client.middlewareStack.add(serialize, { name: 'serializerMiddleware', step: 'serialize', override: true });
  client.middlewareStack.add(deserialize, { name: 'deserializerMiddleware', step: 'deserialize', override: true });
  leaveOutEndpoints(client.middlewareStack);
}

/** Commands bring what finds their endpoint, which no one asks for here. */
function leaveOutEndpoints(stack: Stack): void {
  const concat = stack.concat.bind(stack);
  stack.concat = ((others: Stack) => {
    const all = concat(others) as unknown as Stack;
    const passOn: SerializeMiddleware<object, object> = (next) => async (parameters) => next(parameters);
    all.addRelativeTo(passOn, {
      name: 'endpointV2Middleware', relation: 'before', toMiddleware: 'serializerMiddleware', override: true,
    });
    leaveOutEndpoints(all);
    return all;
  }) as Stack['concat'];
}

/** An error as the client makes it of a response. */
function modelled(service: ServiceName, { name, message, statusCode }: ServiceError): ServiceException {
  const known = (MODELS[service] as Readonly<Record<string, ModelledError | undefined>>)[name];
  const options = { message, $metadata: { httpStatusCode: statusCode } };
  return known === undefined ? new ServiceException({ ...options, name, $fault: statusCode < 500 ? 'client' : 'server' }) : new known(options);
}

function withReadableBody(output: { readonly Body?: Uint8Array }): object {
  const { Body: body } = output;
  return body === undefined ? output : {
    ...output,
    Body: {
      transformToByteArray: async () => Uint8Array.from(body),
      transformToString: async () => new TextDecoder().decode(body),
      async* [Symbol.asyncIterator]() {
        yield Uint8Array.from(body);
      },
    },
  };
}
