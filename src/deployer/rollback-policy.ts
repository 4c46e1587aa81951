/**
 * What a deployer does when a release brings an older build of its component than the last one that was attempted in the environment: by a promotion, a
 * rollback, or a revert whose content was built before.
 */
export enum RollbackPolicy {
  /** Delivers the older build like any other. */
  DEPLOY_OLDER = 'DEPLOY_OLDER',

  /** Leaves what is there. The rest of the release is delivered; approvers and `cdk-modular-pipeline status` are shown which build stays. */
  SKIP = 'SKIP',

  /** Refuses the release before anything of it is delivered. */
  REFUSE = 'REFUSE',
}
