import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge';

/** Lets a role do `actions` on `resources`, each named in full. */
export function allow(role: iam.IRole, actions: string[], resources: string[]): void {
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
}

/** Lets a role do `actions` on resources of which some can only be named by a pattern. `reason` says why. */
export function allowPattern(role: iam.IRole, reason: string, actions: string[], resources: string[]): void {
  allow(role, actions, resources);
  for (const resource of resources) {
    const shown = flatten(Stack.of(role).resolve(resource));
    if (shown.includes('*')) {
      acknowledge(role, `AwsSolutions-IAM5[Resource::${shown}]`, reason);
    }
  }
}

/** A resource as cdk-nag writes it: references in angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as {
    readonly 'Ref'?: string; readonly 'Fn::GetAtt'?: readonly [string, string]; readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (ref !== undefined) {
    return `<${ref}>`;
  }
  if (attribute !== undefined) {
    return `<${attribute.join('.')}>`;
  }
  return join === undefined ? JSON.stringify(value) : join[1].map(flatten).join(join[0]);
}
