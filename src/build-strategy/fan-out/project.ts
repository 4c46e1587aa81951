import * as iam from 'aws-cdk-lib/aws-iam';
import { BoundComponent } from '../../component/bound-component';
import { generateBuildspec } from '../../component-build/buildspec';

/** A project that components of equal settings share. */
export interface SharedProject {
  /** Digest of what tells it from others. */
  readonly settings: string;
  /** One of the components: their settings are equal. */
  readonly example: BoundComponent;
  readonly buildspec: { readonly [key: string]: unknown };
}

/**
 * Everything that makes a project: components for which this is equal can share one. What is particular to a component (its name, the plan, the role)
 * is given when a build is started.
 * @param resolve - replaces tokens
 */
export function projectSettings({ component, config, settings }: BoundComponent, resolve: (value: unknown) => unknown): unknown {
  const { props } = component;
  const { buildImage, timeout, fleet, ...others } = settings;
  return resolve({
    ...others,
    buildImage: [buildImage.type, buildImage.imageId],
    timeout: timeout?.toSeconds(),
    fleet: fleet?.fleetArn,
    repository: config.repository?.repositoryUri,
    // A cache is one component's: two that shared a project would share it.
    cached: settings.cache === undefined ? undefined : component.name,
    vpc: props.vpc?.node.addr,
    subnets: props.vpc?.selectSubnets(props.subnets).subnetIds,
    // Without groups of its own a project makes one that lets all traffic out.
    securityGroups: props.securityGroups?.map(({ securityGroupId }) => securityGroupId),
  });
}

export function buildspecOf({ settings }: BoundComponent): { readonly [key: string]: unknown } {
  return generateBuildspec({ ...settings, runsBuildspecFile: settings.buildspecFile !== undefined });
}

/** What making a project granted to the role that it was given. */
export interface RecordedGrants {
  readonly role: iam.IRole;
  readonly statements: iam.PolicyStatement[];
}

/** What CodeBuild asks of a project's own role before it makes a project with a network. */
function isAboutNetwork({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('ec2:'));
}

/**
 * The role that projects name and no build runs as: each build is given its component's own. It can do nothing but what CodeBuild checks when it makes a
 * project in a VPC: a project that is started by hand can do nothing else. Its rights are part of itself, so a project, which names it, comes after them.
 */
export class ProjectsRole extends iam.Role {
  private readonly network = new iam.PolicyDocument({ minimize: true });

  /** The role as one project sees it: the grants that the CDK makes for the project's sake (network, image, secrets) are taken down. */
  public recording(): RecordedGrants {
    const statements: iam.PolicyStatement[] = [];
    const take = (statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult => {
      statements.push(statement);
      if (isAboutNetwork(statement)) {
        this.allowNetwork(statement);
      }
      return { statementAdded: true, policyDependable: this };
    };
    const role: iam.IRole = Object.create(this, {
      grantPrincipal: { get: () => role },
      addToPrincipalPolicy: { value: take },
      addToPolicy: { value: (statement: iam.PolicyStatement) => take(statement).statementAdded },
      attachInlinePolicy: { value: ({ document }: iam.Policy) => statementsOf(document).forEach(take) },
    });
    return { role, statements };
  }

  private allowNetwork(statement: iam.PolicyStatement): void {
    this.network.addStatements(statement);
    (this.node.defaultChild as iam.CfnRole).policies = [{ policyName: 'Network', policyDocument: this.network }];
  }
}

function statementsOf(document: iam.PolicyDocument): iam.PolicyStatement[] {
  const { Statement: statements } = document.toJSON() as { readonly Statement: unknown[] };
  return statements.map((statement) => iam.PolicyStatement.fromJson(statement));
}

/** Grants that all builds have by another way: logs. */
export function isCommon({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
}

