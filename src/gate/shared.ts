import { Construct } from 'constructs';

/** A construct that the gates of all environments share: made by the first that asks, found by the others. */
export function sharedConstruct<T extends Construct>(scope: Construct, id: string, make: (scope: Construct) => T): T {
  // A gate's scope is in that of its environment, which is in that of all gates.
  const gates = scope.node.scope!.node.scope!;
  return gates.node.tryFindChild(id) as T | undefined ?? make(gates);
}
