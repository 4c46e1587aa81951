import * as iam from 'aws-cdk-lib/aws-iam';

/** A deploy role, by the literal that the bootstrap gives it. */
export interface DeployRole {
  readonly account: string;
  readonly deployRoleArn: string;
}

/** What deploy roles may do with a resource of this stack. */
export interface DeployRolesAccess {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
}

/**
 * Statements of a resource's policy that admit deploy roles.
 *
 * A role of another account is known by its account and a condition on its ARN, which is evaluated when the role asks: a role that does not exist yet makes no
 * error, and one that was deleted and created again is admitted again. A role of this account is named: an account's own principal only lets IAM decide, and
 * these roles have no other right to the resource. They exist, as CDK deploys this very stack by the same bootstrap.
 */
export function admitDeployRoles(roles: readonly DeployRole[], account: string, access: DeployRolesAccess): iam.PolicyStatement[] {
  const own = unique(roles.filter((role) => role.account === account).map(({ deployRoleArn }) => deployRoleArn));
  const others = roles.filter((role) => role.account !== account);
  return [
    ...(own.length === 0 ? [] : [new iam.PolicyStatement({ ...access, principals: own.map((arn) => new iam.ArnPrincipal(arn)) })]),
    ...(others.length === 0 ? [] : [new iam.PolicyStatement({
      ...access,
      sid: `${access.sid}OfOtherAccounts`,
      principals: unique(others.map((role) => role.account)).map((other) => new iam.AccountPrincipal(other)),
      conditions: { ArnEquals: { 'aws:PrincipalArn': unique(others.map(({ deployRoleArn }) => deployRoleArn)) } },
    })]),
  ];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
