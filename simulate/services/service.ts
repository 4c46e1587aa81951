export type ServiceName = 'dynamodb' | 's3' | 'codecommit' | 'codepipeline' | 'ecr' | 'cloudformation' | 'states' | 'sts';

/** Answers the operations of all services. @throws an error of the service's model */
export type Services = (service: ServiceName, operation: string, input: object) => Promise<object>;

/** An error of a service's model, as its clients know it. */
export class ServiceError extends Error {
  public constructor(public readonly name: string, message: string, public readonly statusCode = 400) {
    super(message);
  }
}

/** Whether a service answered so; anything else is a mistake of the simulation. */
export function isServiceError(error: unknown): error is Error {
  return error instanceof ServiceError || (error instanceof Error && '$fault' in error);
}
