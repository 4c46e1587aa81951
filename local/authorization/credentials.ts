import { createHash } from 'node:crypto';
import { IncomingMessage } from 'node:http';

/** Credentials as the SDK takes them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials of roles. Nothing is signed with them in earnest: their access keys tell who calls. */
export class Credentials {
  private readonly roles = new Map<string, string>();

  /** Credentials of a role. The access key tells its account as well. */
  public of(roleArn: string): RoleCredentials {
    const unique = createHash('sha256').update(roleArn).digest('hex').slice(0, 8).toUpperCase();
    const accessKeyId = `ASIA${roleArn.split(':')[4]}${unique}`;
    this.roles.set(accessKeyId, roleArn);
    return { accessKeyId, secretAccessKey: 'local', sessionToken: 'local' };
  }

  /** The same, as variables of a process. */
  public variables(roleArn: string): Record<string, string> {
    const { accessKeyId, secretAccessKey, sessionToken } = this.of(roleArn);
    return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
  }

  /** The role of an access key. */
  public find(accessKeyId: string): { readonly role: string; readonly secretAccessKey: string; readonly sessionToken: string } | undefined {
    const role = this.roles.get(accessKeyId);
    return role === undefined ? undefined : { role, secretAccessKey: 'local', sessionToken: 'local' };
  }

  /** The role whose credentials signed a request; `undefined`: someone's who is no role, such as the user of this machine. */
  public roleOf(request: IncomingMessage): string | undefined {
    return this.roles.get(scopeOf(request)?.accessKeyId ?? '');
  }
}

/** What the signature of a request says about it. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** `undefined` where a request is not signed. */
export function scopeOf({ headers }: IncomingMessage): SignatureScope | undefined {
  const [, accessKeyId, region, service] = /Credential=([^/]+)\/\d+\/([^/]*)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  return accessKeyId === undefined ? undefined : { accessKeyId, region, service };
}
