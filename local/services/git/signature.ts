import { createHash, createHmac } from 'node:crypto';
import { IncomingMessage } from 'node:http';

/** Who has signed a request to one of AWS's Git endpoints. */
export interface GitCaller {
  readonly role: string;
  /** The Region that the signature is for. */
  readonly region: string;
}

/** What is known of an access key. */
export interface KnownKey {
  readonly role: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface SignatureOptions {
  readonly find: (accessKeyId: string) => KnownKey | undefined;
  readonly regions: readonly string[];
  /** What of the request's path is signed. */
  readonly path: string;
  readonly now: number;
}

const VALID_MS = 15 * 60_000;

/** The caller of a request that is signed as AWS's documentation of HTTPS Git credentials says; nothing where the signature is wrong, or too old. */
export function gitCaller({ headers }: IncomingMessage, { find, regions, path, now }: SignatureOptions): GitCaller | undefined {
  const [user = '', password = ''] = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString().split(/:(.*)/s);
  const [accessKeyId = '', sessionToken] = user.split(/%(.*)/s);
  const known = find(accessKeyId);
  const [, time] = /^(\d{8}T\d{6})Z[0-9a-f]{64}$/.exec(password) ?? [];
  if (known === undefined || time === undefined || sessionToken !== known.sessionToken) {
    return undefined;
  }
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'));
  const host = (headers.host ?? '').split(':')[0]!;
  const region = regions.find((one) => password === `${time}Z${signature(known.secretAccessKey, { time, region: one, host, path })}`);
  return region === undefined || Math.abs(now - signedAt) > VALID_MS ? undefined : { role: known.role, region };
}

interface Signed {
  readonly time: string;
  readonly region: string;
  readonly host: string;
  readonly path: string;
}

function signature(secret: string, { time, region, host, path }: Signed): string {
  const scope = [time.slice(0, 8), region, 'codecommit', 'aws4_request'];
  const canonical = ['GIT', path, '', `host:${host}`, '', 'host', ''].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join('\n');
  let key: string | Buffer = `AWS4${secret}`;
  for (const part of scope) {
    key = createHmac('sha256', key).update(part).digest();
  }
  return createHmac('sha256', key).update(text).digest('hex');
}
