import { renderKey } from '../change.ts';
import type { TableUse } from './shape.ts';
import type { Wish, WishKey } from './wish.ts';
import { elementOf } from './wish.ts';

/** `finds rows of orders by customer_id (looked up from customers), in the order of created_at DESC` */
export function reasonOf(wish: Wish): string {
  const from = wish.joins.filter((alias) => alias !== '');
  const source = from.length === 0 ? '' : ` (looked up from ${from.join(', ')})`;
  const equal = wish.equal.length === 0 ? [] : [`by ${wish.equal.join(', ')}${source}`];
  return `finds rows of ${wish.use.alias} ${[...equal, ...tailReasons(wish)].join(', ')}`;
}

function tailReasons({ use, equal, tail, purpose }: Wish): string[] {
  if (tail.length === 0) return [];
  if (purpose === 'grouping') return [`grouped by ${renderKeys(use, tail)}`];
  if (purpose !== 'order') return [`${equal.length === 0 ? '' : 'then '}by ${renderKeys(use, tail)}`];
  const ordered = tail.filter(({ column }) => use.orderBy.some((key) => key.column === column));
  const others = tail.filter((key) => !ordered.includes(key));
  return [
    `in the order of ${renderKeys(use, ordered)}`,
    ...(others.length === 0 ? [] : [`filtered by ${renderKeys(use, others)}`]),
  ];
}

function renderKeys(use: TableUse, keys: readonly WishKey[]): string {
  return keys.map((key) => renderKey(elementOf(use, key))).join(', ');
}
