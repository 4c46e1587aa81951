import { createHash } from 'node:crypto';
import type { GetSecretValueRequest } from '@aws-sdk/client-secrets-manager';
import { JsonService, ServiceError } from './json-protocol';
import { Resource } from '../assembly/resources';

/** The value of a secret of the assembly: generated, and the same in each run. */
export function secretValue(arn: string): string {
  return createHash('sha256').update(arn).digest('hex').slice(0, 40);
}

/** Secrets Manager: the values of the assembly's secrets. */
export function secretsService(secrets: () => readonly Resource[]): JsonService {
  return new JsonService('secretsmanager', {
    GetSecretValue: ({ SecretId: id = '' }: GetSecretValueRequest) => {
      const secret = secrets().find(({ arn, name }) => id === arn || id === name);
      if (secret === undefined) {
        throw new ServiceError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
      }
      return { ARN: secret.arn, Name: secret.name, SecretString: secretValue(secret.arn) };
    },
  });
}
