import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { ServiceError } from './json-protocol';
import { accessKeyOf, QueryService } from './query-protocol';

const SESSION_LENGTH = 60 * 60 * 1000;

/** STS: any role can be assumed, as permissions are not checked locally; its credentials tell its account. */
export const sts = new QueryService('sts', {
  AssumeRole: ({ RoleArn: roleArn = '', RoleSessionName: sessionName = '' }: AssumeRoleRequest) => {
    const account = /^arn:aws[a-z-]*:iam::(\d{12}):role\/.+$/.exec(roleArn)?.[1];
    if (account === undefined) {
      throw new ServiceError('ValidationError', `${roleArn} is invalid`);
    }
    return {
      Credentials: {
        AccessKeyId: accessKeyOf(account), SecretAccessKey: 'local', SessionToken: 'local', Expiration: new Date(Date.now() + SESSION_LENGTH),
      },
      AssumedRoleUser: { AssumedRoleId: `AROALOCAL:${sessionName}`, Arn: roleArn },
    };
  },
});
