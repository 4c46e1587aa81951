import { Duration } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** How a source that sends no events to EventBridge is noticed to have changed. Whatever it is, the schedule finds what it missed. */
export abstract class SourceTrigger {
  /** The schedule alone: within a minute. */
  public static schedule(): SourceTrigger {
    return new Trigger({ interval: Duration.minutes(1) });
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
    return new Trigger({ interval: MISSED, secret });
  }

  /**
   * A second pipeline of two actions, `<pipeline>-doorbell`, which AWS starts at each push to the branch and which makes the diff function look: within
   * seconds, with nothing to set at the host, no address and no secret. It reads nothing of the repository, and costs two action minutes a push ($0.004).
   * The schedule looks every ten minutes.
   *
   * Only for sources that are read through a connection.
   */
  public static doorbell(): SourceTrigger {
    return new Trigger({ interval: MISSED, rings: true });
  }

  /** @internal */
  public abstract readonly _secret?: secretsmanager.ISecret;

  /**
   * Whether a doorbell rings.
   * @internal
   */
  public abstract readonly _rings: boolean;

  /**
   * How often the schedule looks.
   * @internal
   */
  public abstract readonly _interval: Duration;
}

/** For what was not reported, or was lost on the way. */
const MISSED = Duration.minutes(10);

class Trigger extends SourceTrigger {
  public readonly _secret?: secretsmanager.ISecret;
  public readonly _rings: boolean;
  public readonly _interval: Duration;

  constructor({ interval, secret, rings = false }: { readonly interval: Duration; readonly secret?: secretsmanager.ISecret; readonly rings?: boolean }) {
    super();
    this._interval = interval;
    this._secret = secret;
    this._rings = rings;
  }
}
