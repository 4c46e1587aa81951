import * as iam from 'aws-cdk-lib/aws-iam';
import { Place } from '../environment/target';

/** What deploy roles may do with a resource of this stack. */
export interface DeployRolesAccess {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
}

/**
 * Statements of a resource's policy that admit the deploy roles of places.
 *
 * A role of another account is told by its account and a condition on its ARN, which is looked at when the role asks: a role that does not exist yet is no
 * error, and one that was deleted and made anew is admitted again. A role of this account is named: an account's own principal only lets IAM decide, and
 * these roles have no other right to the resource. They exist, as CDK deploys this very stack by the same bootstrap.
 */
export function admitDeployRoles(places: readonly Place[], account: string, access: DeployRolesAccess): iam.PolicyStatement[] {
  const own = unique(places.filter((place) => place.account === account).map(({ deployRoleArn }) => deployRoleArn));
  const others = places.filter((place) => place.account !== account);
  return [
    ...(own.length === 0 ? [] : [new iam.PolicyStatement({ ...access, principals: own.map((arn) => new iam.ArnPrincipal(arn)) })]),
    ...(others.length === 0 ? [] : [new iam.PolicyStatement({
      ...access,
      sid: `${access.sid}OfOtherAccounts`,
      principals: unique(others.map((place) => place.account)).map((other) => new iam.AccountPrincipal(other)),
      conditions: { ArnEquals: { 'aws:PrincipalArn': unique(others.map(({ deployRoleArn }) => deployRoleArn)) } },
    })]),
  ];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
