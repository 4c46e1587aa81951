import type { StoredItem } from '../services/dynamodb-memory';

/** A text of an item. */
export function text(item: StoredItem, attribute: string): string | undefined {
  return item[attribute]?.S as string | undefined;
}
