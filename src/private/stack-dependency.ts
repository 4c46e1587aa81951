import { Stack } from 'aws-cdk-lib';

/** `on` is deployed before `stack`. */
export function dependOn(stack: Stack, on: Stack): void {
  // Older versions of the CDK lack this name; newer ones warn of the older name.
  if (typeof stack.addStackDependency === 'function') {
    stack.addStackDependency(on);
  } else {
    (stack as Stack).addDependency(on);
  }
}
