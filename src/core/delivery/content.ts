import { StackParameter } from './place-stacks';
import { canonicalJson, sha256 } from '../digest';

/** An alarm that makes CloudFormation roll a deployment back. */
export interface RollbackTrigger {
  readonly arn: string;
  readonly type: string;
}

/** Everything that a stack is deployed from: what `CreateChangeSet` is given, except for the names of this one attempt. */
export interface StackContent {
  /** The template's text. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  /** Role that CloudFormation changes resources with. */
  readonly executionRoleArn: string;
  readonly rollback?: { readonly triggers: readonly RollbackTrigger[]; readonly minutes: number };
}

/** Digest of a stack's content: equal digests, equal deployments, as far as nothing in the content is resolved only when it is deployed. */
export function contentDigest({ template, rollback, ...settings }: StackContent): string {
  return sha256(canonicalJson({
    ...settings,
    template: sha256(template),
    capabilities: [...settings.capabilities].sort(),
    notificationArns: [...settings.notificationArns].sort(),
    // How long alarms are watched depends on what else is deployed, and changes nothing in the stack.
    ...(rollback === undefined ? {} : { rollback: rollback.triggers }),
  }));
}

/** Digest of what a release brings to a stack, whatever other stacks' outputs its parameters will get. */
export function releasedDigest(content: StackContent, parameters: { readonly [name: string]: StackParameter }): string {
  return sha256(canonicalJson({ content: contentDigest({ ...content, parameters: {} }), parameters }));
}

/** The parts of a content that an approval holds for. Parameters are left out: values may differ where a change set is made again. */
export function approvedDigest({ template, tags, capabilities }: StackContent): string {
  return sha256(canonicalJson({ template: sha256(template), tags, capabilities: [...capabilities].sort() }));
}
