import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it arrived: names of headers in lower case, the body's bytes. */
export interface SignedRequest {
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: Buffer;
}

/** How a request shows that its sender knows the secret. */
export type Proof = 'github' | 'bitbucket' | 'gitlab' | 'azure-devops';

/**
 * By what a request shows that its sender knows the secret; nothing where it does not.
 *
 * GitHub and Bitbucket sign the body with it (HMAC-SHA256). GitLab sends it as it is, in a header, and Azure DevOps as the password of basic authentication:
 * anyone who reads one such request can send others. All comparisons take the same time whatever differs.
 */
export function proofOf({ headers, body }: SignedRequest, secret: string): Proof | undefined {
  if (secret === '') {
    return undefined;
  }
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const shown: readonly [Proof, boolean][] = [
    ['github', isSame(headers['x-hub-signature-256'], signature)],
    ['bitbucket', isSame(headers['x-hub-signature'], signature)],
    ['gitlab', isSame(headers['x-gitlab-token'], secret)],
    ['azure-devops', isSame(passwordOf(headers.authorization), secret)],
  ];
  return shown.find(([, isShown]) => isShown)?.[0];
}

/** Digests are compared: they are of one length. */
function isSame(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected)) && given !== undefined;
}

function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? [];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined;
}
