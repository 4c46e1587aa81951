import { createHash } from 'node:crypto';
import { StackError } from './template-parameters';
import { TemplateResource, valueText } from './template-values';

/** The type of the resources that are stacks of their own. */
export const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** A nested stack as its parent's template declares it. */
export interface NestedStack {
  readonly logicalId: string;
  readonly templateUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

interface NestedStackProperties {
  readonly TemplateURL?: unknown;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Tags?: readonly { readonly Key: string; readonly Value: unknown }[];
}

/** The nested stacks among the resources of a stack, by logical ID. @throws StackError for one without a template */
export function nestedStacks(resources: Readonly<Record<string, TemplateResource>>, stackName: string): NestedStack[] {
  const stacks = Object.entries(resources).filter(([, { Type }]) => Type === NESTED_STACK).sort(([a], [b]) => (a < b ? -1 : 1));
  return stacks.map(([logicalId, { Properties = {} }]) => {
    const { TemplateURL: url, Parameters: parameters = {}, Tags: tags = [] } = Properties as NestedStackProperties;
    if (url === undefined) {
      throw new StackError(`Resource ${logicalId}: TemplateURL must be specified`);
    }
    return {
      logicalId,
      templateUrl: valueText(url, stackName),
      parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, valueText(value, stackName)])),
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, valueText(Value, stackName)])),
    };
  });
}

/** Name of a nested stack, or of its change set: after its parent's, with an ending that makes it unique. */
export function nestedName(parent: string, logicalId: string): string {
  const ending = createHash('sha256').update(`${parent}/${logicalId}`).digest('hex').slice(0, 12).toUpperCase();
  return `${parent}-${logicalId}-${ending}`;
}
