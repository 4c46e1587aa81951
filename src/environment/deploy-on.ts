import { DeployOnConfiguration } from '../contract/objects';
import { ACTIONS } from '../contract/stages';
import { tagPatternProblem } from '../core/tags/tag-pattern';
import { requireLiteral } from '../private/literal';

/**
 * What lets an environment take a release.
 *
 * An environment that does not take every release gets what was live in the environment before it, by a promotion: nothing is built for it, and the branch
 * flows on through the others. `cdk-modular-pipeline promote` and `rollback` work as everywhere.
 */
export class DeployOn {
  /**
   * The tag that asked for the promotion, for actions of your own in the environment's stages; `none` where a person did. Only in pipelines with an environment
   * that takes tags.
   */
  public static readonly TAG = `#{${ACTIONS.plan}.tag}`;

  /** What stands for the `*` of the environment's pattern in that tag, such as `payments/1.4.2`; `none` where a person asked. */
  public static readonly TAG_REST = `#{${ACTIONS.plan}.tagRest}`;

  /** Every release that passed the environment before it. */
  public static everyRelease(): DeployOn {
    return new DeployOn();
  }

  /** Nothing but what a person promotes. */
  public static demand(): DeployOn {
    return new DeployOn({ kind: 'demand' });
  }

  /**
   * The commit that a tag of the repository is given to, once its release is live in the environment before. A tag is a promotion by name: nothing is built.
   *
   * - A tag that is new counts, and so does one that was moved, or deleted and made again. Tags that are there when the environment begins to take them do not.
   * - A tag whose commit has no release yet waits for it. One that is deleted is waited for no longer; what it had deployed stays.
   * - Of tags that are found together, the one with the newest release is promoted; a later tag replaces what an earlier one waits for.
   * - A commit that changed nothing has the release that it was compared with.
   * - Annotated tags stand for the commit that they are given to.
   *
   * Anyone who may push such tags may deploy: protect them at the host. A tag's name has letters, digits and `_ + @ . / -`, at most 256; others are left alone.
   * A repository may have 40,000 tags of a pattern.
   *
   * @example
   * import { DeployOn, DeploymentEnvironment } from 'cdk-modular-pipeline';
   *
   * const prod: DeploymentEnvironment = {
   *   name: 'prod',
   *   env: { account: '222222222222', region: 'eu-west-1' },
   *   deployOn: DeployOn.tag('prod_eu-west-1/*'),
   * };
   *
   * @param pattern the tag's name, or one with a `*` that stands for one character or more, slashes among them
   * @throws where it is no such pattern
   */
  public static tag(pattern: string): DeployOn {
    const problem = tagPatternProblem(requireLiteral('DeployOn.tag: pattern', pattern));
    if (problem !== undefined) {
      throw new Error(`DeployOn.tag: pattern is ${JSON.stringify(pattern)}: ${problem}. Write the tag's name, or one such as "prod_eu-west-1/*".`);
    }
    return new DeployOn({ kind: 'tag', pattern });
  }

  /** @internal */
  public readonly _configuration?: DeployOnConfiguration;

  private constructor(configuration?: DeployOnConfiguration) {
    this._configuration = configuration;
  }
}
