import type { IndexKeyDefinition } from '../change.ts';
import type { IndexFacts, IndexKey } from '../facts.ts';
import type { Wish } from './wish.ts';

/**
 * Whether an existing index grants a wish already: the equal columns come first in any order, then the others in
 * theirs, all in the wished direction or all reversed. Skip scans are not counted on: they are worth it only where
 * the leading column has few values.
 */
export function serves(index: IndexFacts, wish: Pick<Wish, 'equal' | 'tail' | 'anyDirection'>): boolean {
  if (!index.valid || index.method !== 'btree' || index.predicate !== null) return false;
  if (findsOneRow(index, wish.equal)) return true;
  const leading = index.keys.slice(0, wish.equal.length);
  const following = index.keys.slice(wish.equal.length, wish.equal.length + wish.tail.length);
  if (leading.length < wish.equal.length || following.length < wish.tail.length) return false;
  if (![...leading, ...following].every(({ defaultOperators }) => defaultOperators)) return false;
  const equal = new Set(leading.map(({ column }) => column));
  return wish.equal.every((column) => equal.has(column)) && follows(following, wish);
}

/** All columns of a unique index have one value each: at most one row is left to sort or to filter. */
function findsOneRow(index: IndexFacts, equal: readonly string[]): boolean {
  if (!index.unique) return false;
  return index.keys.every(
    ({ column, defaultOperators }) => column !== null && defaultOperators && equal.includes(column),
  );
}

function follows(
  keys: readonly IndexKey[],
  { tail, anyDirection }: Pick<Wish, 'tail' | 'anyDirection'>,
): boolean {
  const columns = tail.every(({ column }, at) => keys[at]?.column === column);
  if (!columns || anyDirection) return columns;
  return [false, true].some((reversed) => tail.every((key, at) => isSameOrder(keys[at], key, reversed)));
}

function isSameOrder(key: IndexKey | undefined, wished: IndexKeyDefinition, reversed: boolean): boolean {
  return (
    key !== undefined &&
    key.descending === (wished.descending !== reversed) &&
    key.nullsFirst === (wished.nullsFirst !== reversed)
  );
}
