import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * The value of a parameter of the template that a scope is deployed by; several constructs may share a component's. Of nested stacks it is the root's
 * parameter, which the CDK hands down.
 */
export function locationParameterOf(scope: Construct, name: string, description: string): string {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) {
    stack = stack.nestedStackParent;
  }
  const existing = stack.node.tryFindChild(name);
  if (existing instanceof CfnParameter) {
    return existing.valueAsString;
  }
  if (existing) {
    throw new Error(`Stack ${JSON.stringify(stack.node.path)} has a construct ${JSON.stringify(name)} that is no parameter, `
      + 'and a component\'s location is to be given by this name: rename the construct, or the parameter in the component and here.');
  }
  return new CfnParameter(stack, name, { type: 'String', description }).valueAsString;
}
