import { inputFields } from './input.ts';
import type { Item } from './item.ts';

/**
 * Items in the order in which they can be worked on: the document's, except that what an item depends on comes first.
 * Unknown ids and cycles change nothing: where nothing tells which comes first, the document does.
 */
export function orderByDependencies(items: readonly Item[]): Item[] {
  const ordered: Item[] = [];
  const visited = new Set<string>();
  const visit = (item: Item): void => {
    if (visited.has(item.key)) return;
    visited.add(item.key);
    for (const needed of dependenciesOf(item, items)) visit(needed);
    ordered.push(item);
  };
  for (const item of items) visit(item);
  return ordered;
}

/** The items that an item names as its dependencies, as far as they are in the file; never itself. */
export function dependenciesOf(item: Item, items: readonly Item[]): Item[] {
  const ids = inputFields(item).dependsOn;
  return ids.length === 0 ? [] : items.filter((other) => other.key !== item.key && ids.includes(other.id));
}
