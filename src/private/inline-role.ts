import { Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Properties of an `InlineRole`. */
export interface InlineRoleProps {
  readonly assumedBy: iam.IPrincipal;
  readonly description: string;
  readonly path?: string;
  readonly roleName?: string;
  readonly managedPolicies?: iam.IManagedPolicy[];
  readonly tags?: { readonly [key: string]: string };
}

/**
 * A role whose permissions are part of itself: one resource instead of a role and a policy, which is what lets a stack hold
 * twice as many components.
 */
export class InlineRole extends iam.Role {
  private readonly permissions: iam.PolicyDocument;
  private refuses?: (statement: iam.PolicyStatement) => boolean;

  constructor(scope: Construct, id: string, props: InlineRoleProps) {
    const permissions = new iam.PolicyDocument({ minimize: true });
    const { tags = {}, ...role } = props;
    super(scope, id, { ...role, inlinePolicies: { Permissions: permissions } });
    this.permissions = permissions;
    Object.entries(tags).forEach(([key, value]) => Tags.of(this).add(key, value));
  }

  /** Lets `make` make a construct that would grant this role more than it needs: the statements that `refuses` names are left out. */
  public whileRefusing<T>(refuses: (statement: iam.PolicyStatement) => boolean, make: () => T): T {
    this.refuses = refuses;
    const made = make();
    this.refuses = undefined;
    return made;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    if (!this.refuses?.(statement)) {
      this.permissions.addStatements(statement);
    }
    // "Added" also where refused: otherwise the grant would go to the resource's policy instead.
    return { statementAdded: true, policyDependable: this };
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
