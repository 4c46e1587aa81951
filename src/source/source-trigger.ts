import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** How a source that sends no events to EventBridge is noticed to have changed. Whatever it is, the schedule finds what it missed. */
export abstract class SourceTrigger {
  /** The schedule alone: within a minute. */
  public static schedule(): SourceTrigger {
    return new Trigger();
  }

  /**
   * A webhook of the host: within seconds. The pipeline gets an address, `ModularPipeline.webhookUrl`, to which the host is set to send its pushes with the
   * secret. A request only makes the diff function look; replayed ones do no harm, and many at once cost one look in ten seconds. The schedule looks every
   * ten minutes.
   *
   * GitHub and Bitbucket sign requests with the secret (HMAC-SHA256). GitLab sends it as a token, and Azure DevOps as the password of basic authentication:
   * there, whoever reads one request can send others. Bodies of more than 1 MB are refused.
   *
   * @param secret a random text of at least 32 letters and digits
   */
  public static webhook(secret: secretsmanager.ISecret): SourceTrigger {
    return new Trigger(secret);
  }

  /** @internal */
  public abstract readonly _secret?: secretsmanager.ISecret;
}

class Trigger extends SourceTrigger {
  constructor(public readonly _secret?: secretsmanager.ISecret) {
    super();
  }
}
