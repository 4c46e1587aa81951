import { BuiltStack } from './built';
import { AssemblyError } from './error';

/** Stacks after all that they depend on, otherwise in the order of the application. Those that are not among them are no concern. */
export function orderBuiltStacks(stacks: readonly BuiltStack[]): BuiltStack[] {
  const byPath = new Map(stacks.map((stack) => [stack.path, stack]));
  const ordered = new Set<BuiltStack>();
  const visit = (stack: BuiltStack, way: readonly string[]) => {
    if (ordered.has(stack)) {
      return;
    }
    if (way.includes(stack.path)) {
      throw new AssemblyError(`Stacks depend on one another in a circle: ${[...way.slice(way.indexOf(stack.path)), stack.path].join(' -> ')}.`);
    }
    for (const path of stack.dependsOn) {
      const needed = byPath.get(path);
      if (needed !== undefined) {
        visit(needed, [...way, stack.path]);
      }
    }
    ordered.add(stack);
  };
  stacks.forEach((stack) => visit(stack, []));
  return [...ordered];
}
