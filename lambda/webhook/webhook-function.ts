import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LookRequests } from './look-requests';
import { pushedRefs } from './refs';
import { proofOf } from './signature';
import { LookEvent } from '../../src/contract/events';
import { Logger } from '../shared/logger';
import { LookTimeStore } from '../shared/look-time-store';
import { Timing } from '../shared/timing';

/** What API Gateway's HTTP API sends, version 2.0: names of headers in lower case. */
export interface HttpRequest {
  readonly headers?: { readonly [name: string]: string | undefined };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Without a body: a stranger learns nothing more. */
export interface HttpAnswer {
  readonly statusCode: number;
}

export interface WebhookFunctionProps {
  readonly branch: string;
  /** Whether a push of tags is looked at, too. */
  readonly takesTags: boolean;
  readonly secretArn: string;
  readonly diffFunction: string;
  readonly looks: Pick<LookTimeStore, 'read' | 'replace'>;
  readonly lambda: LambdaClient;
  readonly secrets: SecretsManagerClient;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** As much as is read of a request; pushes of thousands of commits are longer at some hosts, and are found by the schedule. */
export const LONGEST_BODY = 1024 ** 2;

/** A secret that was rotated counts after this time. */
const SECRET_KEPT_MS = 60_000;

const ACCEPTED: HttpAnswer = { statusCode: 202 };
const FORGED: HttpAnswer = { statusCode: 401 };
const TOO_LONG: HttpAnswer = { statusCode: 413 };

/** Answers a Git host's webhook: anyone who knows the secret makes the diff function look, and can do nothing else. A replay is one more look at most. */
export class WebhookFunction {
  private secret?: { readonly value: Promise<string>; readonly until: number };

  private readonly requests: LookRequests;

  public constructor(private readonly props: WebhookFunctionProps) {
    const { looks, timing } = props;
    this.requests = new LookRequests({ looks, timing, ask: async (at) => this.ask(at) });
  }

  public async handle({ headers = {}, body = '', isBase64Encoded = false }: HttpRequest): Promise<HttpAnswer> {
    const { branch, takesTags, logger } = this.props;
    if (body.length > (isBase64Encoded ? Math.ceil(LONGEST_BODY / 3) * 4 : LONGEST_BODY)) {
      return TOO_LONG;
    }
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.length > LONGEST_BODY) {
      return TOO_LONG;
    }
    const proof = proofOf({ headers, body: bytes }, await this.readSecret());
    if (proof === undefined) {
      logger.warn('A request does not show that its sender knows the secret');
      return FORGED;
    }
    const pushed = pushedRefs(bytes);
    if (pushed !== undefined && !pushed.branches.has(branch) && !(takesTags && pushed.hasTags)) {
      return ACCEPTED;
    }
    const at = await this.requests.request();
    if (at !== undefined) {
      logger.info('The source is looked at', { host: proof, at: new Date(at).toISOString() });
    }
    return ACCEPTED;
  }

  private async ask(at: number): Promise<void> {
    const event: LookEvent = { action: 'look', at: new Date(at).toISOString() };
    await this.props.lambda.send(new InvokeCommand({ FunctionName: this.props.diffFunction, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }));
  }

  private async readSecret(): Promise<string> {
    const { secrets, secretArn, timing } = this.props;
    const now = timing.now().getTime();
    if (this.secret === undefined || this.secret.until <= now) {
      const value = secrets.send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString: text = '' }) => text.trim());
      this.secret = { value, until: now + SECRET_KEPT_MS };
      value.catch(() => { this.secret = undefined; });
    }
    return this.secret.value;
  }
}
