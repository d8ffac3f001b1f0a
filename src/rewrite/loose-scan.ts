import type { Node } from '@pgsql/types';
import { isExact } from './equality.ts';
import { boolean, columnRef, conjunction, conjuncts, nullTest } from './nodes.ts';
import type { Entry, Lead, Query, SelectStmt, Statement } from './statement.ts';
import { isNeverNull } from './statement.ts';
import { query as template } from './template.ts';
import { freshName, onlyEntry, wrappersIn } from './transplant.ts';

/** A value at most for so many rows, or reading them all is as good. */
const ROWS_FOR_A_VALUE = 10;

/** The rows of one table from which the different values of a column are wanted. */
export interface LooseScan {
  readonly entry: Entry;
  readonly key: Lead;
  /** The column as the query has to name it. */
  readonly column: Node;
  /** What rows have to meet, `true` for nothing. */
  readonly filter: Node;
  /** Whether the column may be NULL: a branch of its own then. */
  readonly nullable: boolean;
  /** The names that the statement uses already. */
  readonly taken: ReadonlySet<string>;
}

/** Null where the values of the column cannot be stepped through, or are too many. */
export function looseScanOf(query: Query, key: Lead, { taken }: Statement): LooseScan | null {
  const entry = onlyEntry(query);
  const { select } = query;
  const { facts } = key.column;
  if (entry === null || entry !== key.entry || entry.relation === null || facts === null) return null;
  // Under RECURSIVE the CTEs of the query itself would see one another.
  if (query.outer !== null || query.place === 'arm' || select.withClause !== undefined) return null;
  if (!facts.sortable || !isExact(facts) || !isFew(facts.distinctValues, entry.relation.rows)) return null;
  if (wrappersIn(select.whereClause, 'SubLink').length > 0) return null;
  return {
    entry,
    key,
    column: columnRef(entry.alias, key.column.name),
    filter: select.whereClause ?? boolean(true),
    nullable: !isNeverNull(key),
    taken,
  };
}

function isFew(distinctValues: number | null, rows: number | null): boolean {
  if (distinctValues === null || distinctValues === 0 || rows === null) return true;
  const count = distinctValues < 0 ? -distinctValues * rows : distinctValues;
  return count * ROWS_FOR_A_VALUE <= rows;
}

/**
 * `WITH RECURSIVE` steps that find each value of the column by one look into an index, from the smallest on, and the
 * clause's name. NULL is never among the values; it also ends the steps.
 */
export function steps({
  entry,
  column,
  filter,
  taken,
}: LooseScan): { readonly withClause: NonNullable<SelectStmt['withClause']>; readonly name: string } | null {
  const name = freshName('steps', taken);
  const from = { from: entry.node };
  const first = and(filter, nullTest(column, 'IS_NOT_NULL'));
  const value = columnRef(name, 'value');
  const next = and(filter, {
    A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '>' } }], lexpr: column, rexpr: value },
  });
  const { withClause } = template`
    WITH RECURSIVE ${name} AS (
      (SELECT ${column} AS value FROM ${from} WHERE ${first} ORDER BY ${column} LIMIT 1)
      UNION ALL
      SELECT (SELECT ${column} FROM ${from} WHERE ${next} ORDER BY ${column} LIMIT 1) FROM ${name} WHERE ${value} IS NOT NULL
    ) SELECT 1`;
  return withClause === undefined ? null : { withClause, name };
}

/** Both conditions as one; `true` does not show. */
export function and(...conditions: readonly Node[]): Node {
  const needed = conditions.flatMap(conjuncts).filter((each) => !isTrue(each));
  return conjunction(needed) ?? boolean(true);
}

const isTrue = (condition: Node): boolean =>
  'A_Const' in condition && condition.A_Const.boolval?.boolval === true;
