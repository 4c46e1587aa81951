import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { ServiceError } from './json-protocol';
import { QueryService } from './query-protocol';
import { Credentials } from '../authorization/credentials';

const SESSION_LENGTH = 60 * 60 * 1000;

/** STS: hands out the credentials of roles. Whether someone may have them has been judged before, where it is judged at all. */
export const stsService = (credentials: Credentials) => new QueryService('sts', {
  AssumeRole: ({ RoleArn: roleArn = '', RoleSessionName: sessionName = '' }: AssumeRoleRequest) => {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
      throw new ServiceError('ValidationError', `${roleArn} is invalid`);
    }
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.of(roleArn);
    return {
      Credentials: {
        AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: new Date(Date.now() + SESSION_LENGTH),
      },
      AssumedRoleUser: { AssumedRoleId: `AROALOCAL:${sessionName}`, Arn: roleArn },
    };
  },
  GetCallerIdentity: () => ({ UserId: 'AROALOCAL:local', Account: '111111111111', Arn: 'arn:aws:sts::111111111111:assumed-role/local/local' }),
});
