import { inputFields } from './input.ts';
import type { Item } from './item.ts';

/**
 * The items that can be worked on (parents cannot), in the document's order, except that what one depends on comes first.
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
  return ordered.filter((item) => item.childKeys.length === 0);
}

/** The items that an item names as its dependencies, as far as they are in the file; a parent stands for its items. */
export function dependenciesOf(item: Item, items: readonly Item[]): Item[] {
  const ids = inputFields(item).dependsOn;
  if (ids.length === 0) return [];
  const needed = new Set<string>();
  // Parents stand before their items: whoever depends on one depends on everything below it.
  for (const other of items) {
    if (ids.includes(other.id) || (other.parentKey !== null && needed.has(other.parentKey)))
      needed.add(other.key);
  }
  return items.filter(
    (other) => other.key !== item.key && needed.has(other.key) && other.childKeys.length === 0,
  );
}
