/** One question to IAM: may this principal do that? */
export interface Access {
  /** ARN of a role, or a service such as `events.amazonaws.com`. */
  readonly principal: string;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  /** ARN; `*` where the action knows no resource. */
  readonly resource: string;
  /** Account that the resource is in. */
  readonly account: string;
  /** Context keys that conditions may ask for. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** Judges what the parts of a local run do. */
export interface Authorizer {
  /** Why AWS would deny the access; `undefined`: it would not. */
  judge(access: Access): Promise<string | undefined>;
}

/** What AWS would have denied. */
export class AccessDeniedError extends Error {
  public readonly name = 'AccessDeniedError';

  constructor(public readonly access: Access, reason: string) {
    super(`AWS would deny ${access.principal} the action ${access.action} on ${access.resource}: ${reason}.`);
  }
}
