/** What a pipeline needs of one account and Region: read from a synthesized assembly, before or after it is deployed. */
export interface Site {
  readonly account: string;
  readonly region: string;
  /** Bootstraps that must be there, by the SSM parameter that holds their version. */
  readonly bootstraps: readonly Bootstrap[];
  readonly roles: readonly RoleNeed[];
  readonly stacks: readonly StackNeed[];
  /** Builds that may run at a time, by environment type and size. */
  readonly builds: readonly BuildNeed[];
  readonly images: readonly ImageNeed[];
  /** ARNs of connections to Git hosts. */
  readonly connections: readonly string[];
  /** Whether a gate asks AWS Health. */
  readonly health: boolean;
  /** Role of the bootstrap that may look at the account; absent where the account was bootstrapped under names of its own. */
  readonly lookupRoleArn?: string;
}

export interface Bootstrap {
  readonly qualifier: string;
  /** Name of the SSM parameter. */
  readonly parameter: string;
  /** Least version that is good enough. */
  readonly version: number;
  /** Account that the bootstrap has to trust; absent where it is its own. */
  readonly trusts?: string;
}

export interface RoleNeed {
  readonly arn: string;
  /** An account, or the service that CloudFormation is. */
  readonly trusts: { readonly account: string } | { readonly service: string };
  readonly purpose: string;
}

export interface StackNeed {
  /** One that ends with `*` stands for all names that begin so. */
  readonly name: string;
  /** Whether CDK deploys it, as it does the pipeline's own; the pipeline deploys the others. */
  readonly byCdk: boolean;
}

export interface BuildNeed {
  readonly type: string;
  readonly computeType: string;
  /** How many may be started at a time. */
  readonly parallel: number;
  /** Whether a start that is refused is repeated, as the fan-out does. */
  readonly repeats: boolean;
}

export interface ImageNeed {
  /** Absent where it is known only once the stack is deployed. */
  readonly image?: string;
  /** The project's, or the first of those that use it. */
  readonly usedBy: string;
  /** Secret that the registry's credentials are in. */
  readonly secret?: string;
}

export interface StackSeen {
  readonly name: string;
  readonly status: string;
}

/** Something that was looked at, or why it could not be. */
export type Seen<T> = { readonly known: T } | { readonly unseen: string };

/** What was seen of a site. Absent answers are `undefined`: the thing is not there. */
export interface Facts {
  /** Versions by SSM parameter. */
  readonly bootstraps: ReadonlyMap<string, Seen<string | undefined>>;
  /** Trust policies by role ARN. */
  readonly roles: ReadonlyMap<string, Seen<unknown>>;
  /** The stacks that there are, by the name that is needed. */
  readonly stacks: ReadonlyMap<string, Seen<readonly StackSeen[]>>;
  /** Values by the quota's name. */
  readonly buildQuotas: Seen<ReadonlyMap<string, number>>;
  /** Names of AWS's images. */
  readonly curatedImages: Seen<ReadonlySet<string>>;
  /** Whether images of private repositories are there. */
  readonly images: ReadonlyMap<string, Seen<boolean>>;
  /** Whether secrets are there. */
  readonly secrets: ReadonlyMap<string, Seen<boolean>>;
  /** Statuses by ARN. */
  readonly connections: ReadonlyMap<string, Seen<string | undefined>>;
  /** Whether AWS Health answers. */
  readonly health: Seen<boolean>;
}

/** One line of the report. */
export interface RequirementLine {
  readonly mark: 'ok' | 'warning' | 'fails';
  readonly account: string;
  readonly region: string;
  readonly what: string;
  readonly text: string;
}

/** What an image of a private ECR repository is called. */
export interface EcrImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageId: { readonly imageTag: string } | { readonly imageDigest: string };
}

/** The image's parts; nothing where it is in no private repository of ECR. */
export function ecrImage(image: string): EcrImage | undefined {
  const match = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)\/([^:@]+)(?:@(sha256:[0-9a-f]+)|:([^:@]+))?$/.exec(image);
  if (match === null) {
    return undefined;
  }
  const [, registryId, region, repositoryName, digest, tag] = match;
  return { registryId: registryId!, region: region!, repositoryName: repositoryName!, imageId: digest === undefined ? { imageTag: tag ?? 'latest' } : { imageDigest: digest } };
}
