import type { Node } from '@pgsql/types';
import { operation, rowOf } from './nodes.ts';
import { isPlainSelect } from './simple-query.ts';
import type { Entry, Query, SelectStmt, Statement } from './statement.ts';
import { isNeverNull } from './statement.ts';
import type { SortKey } from './total-order.ts';
import { sortKeysOf, tellsApart } from './total-order.ts';
import { onlyEntry, wrappersIn } from './transplant.ts';

/** A query for the rows of one table from an offset on, in an order without ties. */
export interface Page {
  readonly query: Query;
  readonly entry: Entry;
  readonly keys: readonly SortKey[];
  readonly offset: Node;
  /** The query without ORDER BY, LIMIT and OFFSET. */
  readonly rows: SelectStmt;
}

export function pageOf(query: Query, statement: Statement): Page | null {
  const { sortClause, limitCount, limitOffset: offset, limitOption, withClause, ...rows } = query.select;
  const entry = onlyEntry(query);
  if (entry?.relation == null || offset === undefined || limitCount === undefined || withClause !== undefined)
    return null;
  if (limitOption === 'LIMIT_OPTION_WITH_TIES' || sortClause === undefined || !isPlainSelect(rows))
    return null;
  if (query.outer !== null || query.place === 'arm' || wrappersIn([offset, limitCount], 'SubLink').length > 0)
    return null;
  // `OFFSET 0` and `OFFSET NULL` skip nothing.
  if ('A_Const' in offset && offset.A_Const.ival?.ival === undefined && offset.A_Const.fval === undefined)
    return null;
  const keys = sortKeysOf(query, statement);
  if (
    keys === null ||
    !tellsApart(
      entry,
      keys.map(({ lead }) => lead.column.name),
    )
  )
    return null;
  return { query, entry, keys, offset, rows };
}

/** Whether one comparison of rows says what comes behind: all keys in one direction, and never NULL. */
export function isOneWay({ keys }: Page): boolean {
  return keys.every(({ lead, descending }) => descending === keys[0]?.descending && isNeverNull(lead));
}

/** `(a, b) > other`, or `<` where the order is descending. */
export function behind({ keys }: Page, columns: readonly Node[], other: Node, orAt: boolean): Node {
  return operation(rowOf(columns), `${keys[0]?.descending === true ? '<' : '>'}${orAt ? '=' : ''}`, other);
}
