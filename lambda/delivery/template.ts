import { readYaml } from '../shared/yaml';

/** A template's content; short forms of functions leave their values as they are. */
export function parsedTemplate(text: string): unknown {
  return readYaml(text, 'The template is neither YAML nor JSON');
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
