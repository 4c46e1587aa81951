import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** Temporary credentials of a role. Never to be logged. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
}

/** One statement of a session policy. */
export interface SessionStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A session policy as STS takes it. */
export function policyText(statements: readonly SessionStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Assumes a role for what these statements allow and nothing else of what the role may do. */
export async function assumeRole(
  client: STSClient, roleArn: string, sessionName: string, statements: readonly SessionStatement[],
): Promise<RoleCredentials> {
  const { Credentials: credentials } = await client.send(new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    Policy: policyText(statements),
  }));
  return {
    accessKeyId: credentials!.AccessKeyId!,
    secretAccessKey: credentials!.SecretAccessKey!,
    sessionToken: credentials!.SessionToken!,
    ...(credentials!.Expiration === undefined ? {} : { expiration: credentials!.Expiration }),
  };
}
