/** The ledger's name of a delivery that is not a stack: no stack has such a name. @param id the component's */
export function deliveryName(id: string): string {
  return `@${id}`;
}

/** Whether a name in the ledger is that of a delivery other than a stack. */
export function isDelivery(name: string): boolean {
  return name.startsWith('@');
}

/** A name in the ledger for people, in a list. */
export function shownName(name: string): string {
  return isDelivery(name) ? `delivery ${name.slice(1)}` : name;
}

/** The same in a sentence. */
export function describeDelivered(name: string): string {
  return isDelivery(name) ? shownName(name) : `stack ${name}`;
}
