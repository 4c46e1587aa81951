/**
 * The least version of the CDK's bootstrap in an environment: from it on, the deploy role may roll a stack back and continue a rollback that failed,
 * which is how people get a stuck stack out of its state.
 */
export const LEAST_BOOTSTRAP = 23;

/** What of a place says whose bootstrap it is. */
export interface BootstrappedPlace {
  readonly deployRoleArn: string;
  readonly account: string;
  readonly region: string;
}

/** The bootstrap's qualifier, where the deploy role is the bootstrap's own; nothing for a role of another name. */
export function bootstrapQualifier({ deployRoleArn, account, region }: BootstrappedPlace): string | undefined {
  const name = deployRoleArn.split('/').at(-1)!;
  const end = `-deploy-role-${account}-${region}`;
  return name.startsWith('cdk-') && name.endsWith(end) ? name.slice('cdk-'.length, -end.length) : undefined;
}

/** The SSM parameter that holds a bootstrap's version. */
export function bootstrapParameter(qualifier: string): string {
  return `/cdk-bootstrap/${qualifier}/version`;
}

/** What is wrong with the version that a bootstrap has; nothing where it will do. */
export function bootstrapProblem(version: string | undefined, least: number): string | undefined {
  if (version === undefined) {
    return 'is not there';
  }
  if (!/^\d+$/.test(version)) {
    return `is '${version}', which is not a version`;
  }
  return Number(version) < least ? `is ${version}, and ${least} is the least` : undefined;
}
