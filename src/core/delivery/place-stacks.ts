import { PlacedAssets } from '../assembly/placed';

/** An output of another stack of the same place, as the value of a parameter. */
export interface OutputOf {
  /** ID of the stack. */
  readonly stack: string;
  readonly output: string;
}

/** Where a parameter of a stack gets its value from: it is given, or taken from another stack when that one is delivered. */
export type StackParameter = string | OutputOf;

/** An object with a template's text, in the Region that the stack is in. CloudFormation reads large templates from there. */
export interface TemplateObject {
  readonly bucket: string;
  readonly key: string;
}

/** One stack of a place, as a release brings it: what it is deployed from, and by which name others refer to it. */
export interface PlacedStack {
  /** Unique in its place: outputs, dependencies and messages name the stack by it. Letters, digits, `-` and `_`. */
  readonly id: string;
  /** CloudFormation's name of the stack. One of those that the place may touch. */
  readonly stackName: string;
  /** File of the release artifact with the template's text. */
  readonly templateFile: string;
  /** The same text in S3. */
  readonly templateObject: TemplateObject;
  readonly parameters: { readonly [name: string]: StackParameter };
  readonly tags: { readonly [key: string]: string };
  readonly capabilities: readonly string[];
  /** IDs of the stacks that are delivered before this one, next to those whose outputs, exports and SSM parameters it reads. */
  readonly dependsOn: readonly string[];
  /** Topics that CloudFormation tells of the stack's events. */
  readonly notificationArns?: readonly string[];
  /** Whether the stack is protected against deletion once it is deployed. Otherwise its protection stays as it is. */
  readonly terminationProtection?: boolean;
  /** The least version of the CDK's bootstrap that its template asks for. */
  readonly bootstrapVersion?: number;
  /** What has to be in the place before the stack is deployed. */
  readonly assets?: PlacedAssets;
}

/** All stacks that a release brings to one place. At least one where the place takes stacks; IDs and stack names are unique. */
export interface PlaceStacks {
  readonly version: 1;
  readonly stacks: readonly PlacedStack[];
}

/** The longest ID: it is part of variables' names. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** CloudFormation's own rule. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** The bootstrap's stack: anyone who changes it changes what may be deployed by whom. */
const BOOTSTRAP_STACK = 'CDKToolkit';

/** What a place may touch, fixed when the pipeline is synthesized. */
export interface StackBounds {
  /** Names of stacks; one that ends with `*` stands for all names that begin so. None: the place takes no stacks. */
  readonly stackNames: readonly string[];
  /** Names that are refused although `stackNames` has them, such as that of the pipeline's own stack. */
  readonly refusedStackNames: readonly string[];
}

/**
 * What is wrong with the stacks that a release brings to a place, each in a sentence; empty: nothing.
 * A release may take names from the repository, so all are held against what the place may touch.
 */
export function placeProblems(stacks: readonly PlacedStack[], bounds: StackBounds): string[] {
  const ids = new Set(stacks.map(({ id }) => id));
  return [
    ...(stacks.length === 0 && bounds.stackNames.length > 0 ? ['The release brings no stack.'] : []),
    ...twice(stacks.map(({ id }) => id)).map((id) => `Two stacks have the ID '${id}': give one of them another name.`),
    ...twice(stacks.map(({ stackName }) => stackName)).map((name) => `Two stacks have the stack name '${name}': give one of them another.`),
    ...stacks.flatMap((stack) => [...boundProblems(stack, bounds), ...referenceProblems(stack, ids)]),
  ];
}

function boundProblems({ id, stackName }: PlacedStack, { stackNames, refusedStackNames }: StackBounds): string[] {
  if (!ID.test(id)) {
    return [`'${id}' is not an ID of a stack: it takes letters, digits, - and _, at most 128.`];
  }
  if (!STACK_NAME.test(stackName)) {
    return [`Stack '${id}' has the stack name '${stackName}': CloudFormation takes a letter, then letters, digits and -, at most 128.`];
  }
  if (stackName === BOOTSTRAP_STACK || refusedStackNames.includes(stackName)) {
    return [`Stack '${id}' has the stack name '${stackName}', which no release may deliver: it decides what the pipeline itself may do.`];
  }
  const isAllowed = stackNames.some((name) => (name.endsWith('*') ? stackName.startsWith(name.slice(0, -1)) : stackName === name));
  return isAllowed ? [] : [`Stack '${id}' has the stack name '${stackName}', and the pipeline delivers only ${stackNames.join(', ')} here: `
    + 'rename the stack, or let the environment deliver it and deploy the pipeline again.'];
}

function referenceProblems({ id, parameters, dependsOn }: PlacedStack, ids: ReadonlySet<string>): string[] {
  const taken = Object.entries(parameters).flatMap(([name, value]) => (typeof value === 'string' ? [] : [{ name, stack: value.stack }]));
  return [
    ...dependsOn.filter((other) => !ids.has(other)).map((other) => `Stack '${id}' depends on '${other}', which is not a stack of this place.`),
    ...taken.filter(({ stack }) => !ids.has(stack)).map(({ name, stack }) => (
      `Stack '${id}' takes parameter '${name}' from stack '${stack}', which is not a stack of this place.`)),
  ];
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
