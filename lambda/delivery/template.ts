import { readTemplateText } from '../shared/yaml';

/** A template's content, with functions in their long form. */
export function parsedTemplate(text: string): unknown {
  try {
    return readTemplateText(text);
  } catch (error) {
    throw new Error(`The template is neither YAML nor JSON: ${(error as Error).message}`);
  }
}

const LOGICAL_ID = /^[A-Za-z0-9]{1,255}$/;

/**
 * Logical IDs of a template's nested stacks; nothing where only CloudFormation knows them, because a macro makes the template that is deployed.
 */
export function nestedStackIds(template: unknown): string[] | undefined {
  const { Transform: transform, Resources: resources = {} } = (template ?? {}) as {
    readonly Transform?: unknown; readonly Resources?: Readonly<Record<string, { readonly Type?: unknown } | null>>;
  };
  if (transform !== undefined || JSON.stringify(template).includes('"Fn::Transform"')) {
    return undefined;
  }
  // The IDs become part of a policy. What CloudFormation does not take for an ID is left out: CloudFormation refuses the template.
  return Object.entries(resources).filter(([id, resource]) => resource?.Type === 'AWS::CloudFormation::Stack' && LOGICAL_ID.test(id)).map(([id]) => id);
}
