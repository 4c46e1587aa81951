import { basic } from './sign';

/** The user that hosts take tokens with, where the secret names none: GitHub, GitLab and Azure DevOps look at the password alone. */
const ANY_USER = 'x-token-auth';

/**
 * The header for what a secret holds: a token, or JSON with `password` (or `token`) and perhaps `username`.
 * Never shows anything of it.
 */
export function secretAuthorization(text: string, secret: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) {
    return basic(ANY_USER, required(trimmed, secret));
  }
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(trimmed) as typeof fields;
  } catch {
    throw malformed(secret);
  }
  const { username, password, token } = fields;
  return basic(typeof username === 'string' && username !== '' ? username : ANY_USER, required(password ?? token, secret));
}

function required(value: unknown, secret: string): string {
  if (typeof value !== 'string' || value === '' || /[\r\n]/.test(value)) {
    throw malformed(secret);
  }
  return value;
}

function malformed(secret: string): Error {
  return new Error(`Secret ${secret} has to hold a token, or JSON with the texts "username" and "password".`);
}
