import { createHash, createHmac } from 'node:crypto';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What AWS's Git endpoints are signed for, CodeConnections' among them: the AWS CLI's credential helper signs for it, whatever the host. */
const SERVICE = 'codecommit';

/**
 * The header by which AWS's Git endpoints know a role: Basic, the access key and session token as user, and a signature as password.
 * What is signed has neither body nor query, so that it holds for every request to the repository; it is good for 15 minutes.
 */
export function signedAuthorization({ accessKeyId, secretAccessKey, sessionToken }: SigningCredentials, region: string, url: string, now: Date): string {
  const { pathname, hostname } = new URL(url);
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const day = time.slice(0, 8);
  const request = `GIT\n${pathname}\n\nhost:${hostname}\n\nhost\n`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/${SERVICE}/aws4_request\n${createHash('sha256').update(request).digest('hex')}`;
  const key = [day, region, SERVICE, 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const user = sessionToken === undefined ? accessKeyId : `${accessKeyId}%${sessionToken}`;
  return basic(user, `${time}Z${hmac(key, text).toString('hex')}`);
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
