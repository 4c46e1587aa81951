import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge';

/** A role, or a policy that roles share. */
export type Permitted = iam.IGrantable & IConstruct;

/** Lets a role do `actions` on `resources`, each named in full. */
export function allow(to: Permitted, actions: string[], resources: string[], conditions?: iam.Conditions): void {
  to.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }));
}

/** Lets a role do `actions` on resources of which some can only be named by a pattern. `reason` says why. */
export function allowPattern(to: Permitted, reason: string, actions: string[], resources: string[], conditions?: iam.Conditions): void {
  allow(to, actions, resources, conditions);
  resources.forEach((resource) => acknowledgePattern(to, resource, reason));
}

/** Says why something is allowed on a resource that can only be named by a pattern. */
export function acknowledgePattern(to: IConstruct, resource: string, reason: string): void {
  const shown = flatten(Stack.of(to).resolve(resource));
  if (shown.includes('*')) {
    acknowledge(to, `AwsSolutions-IAM5[Resource::${shown}]`, reason);
  }
}

/** Lets a role publish to a topic: without the pattern of actions that a topic's own grant has for its key. */
export function allowPublish(to: Permitted, topic: sns.ITopic): void {
  allow(to, ['sns:Publish'], [topic.topicArn]);
  topic.masterKey?.grant(to, 'kms:Decrypt', 'kms:GenerateDataKey');
}

/** Lets a role read a secret's value. */
export function allowSecret(to: Permitted, secret: secretsmanager.ISecret): void {
  // One that is known by its name alone has six characters more in its ARN.
  allow(to, ['secretsmanager:GetSecretValue'], [secret.secretFullArn ?? `${secret.secretArn}-??????`]);
  secret.encryptionKey?.grant(to, 'kms:Decrypt');
}

/** A resource as cdk-nag writes it: references and policy variables in angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === 'string') {
    return value.replace(/\$\{([^}]+)\}/g, '<$1>');
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
