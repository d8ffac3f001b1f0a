import type { Node } from '@pgsql/types';
import type { IndexKeyDefinition } from '../change.ts';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import { finishUse } from './draft.ts';
import { readQuery } from './query.ts';
import type { Reading } from './scope.ts';

/** What an index could serve of a statement. */
export interface StatementShape {
  /** Every mention of a table or materialized view, at any depth; a table in two places is two uses. */
  readonly uses: readonly TableUse[];
  /** The use that is all of the outermost FROM; null where there is more, or something else. */
  readonly only: TableUse | null;
}

/** One mention of a table in a statement, with what the statement asks of it. */
export interface TableUse {
  readonly relation: RelationFacts;
  /** As the plan names it, but for the `_1` that EXPLAIN appends to repeated names. */
  readonly alias: string;
  readonly equalities: readonly EqualityColumn[];
  readonly ranges: readonly RangeColumn[];
  readonly joins: readonly JoinColumn[];
  /** The ORDER BY, where all of it is columns of this use; otherwise empty. */
  readonly orderBy: readonly IndexKeyDefinition[];
  /** Whether the scope of this use stops after some rows. */
  readonly limited: boolean;
  /** The GROUP BY, where all of it is columns of this use; otherwise empty. */
  readonly groupBy: readonly string[];
  /** The columns of SELECT DISTINCT or DISTINCT ON, where all are columns of this use; otherwise empty. */
  readonly distinct: readonly string[];
}

/** `column = constant`, `column IS NULL`, `WHERE column` of a boolean. */
export interface EqualityColumn {
  readonly column: string;
  /** Several values: `IN (…)`, `= ANY (…)`, `a = 1 OR a = 2`. An index then keeps no order behind the column. */
  readonly list: boolean;
}

export interface RangeColumn {
  readonly column: string;
  /** `>` or `>=` */
  readonly lower: boolean;
  /** `<` or `<=` */
  readonly upper: boolean;
}

/** `column = other.column`, or an expression over other uses: an equality for each of the other's rows. */
export interface JoinColumn {
  readonly column: string;
  /** Null where the other side is no column of a table: an expression, a function's or an aggregate's result. */
  readonly other: { readonly alias: string; readonly column: string } | null;
}

/** Reads a query: all its scopes, down to the last subquery. Anything but a SELECT has no uses. */
export function shapeOf(tree: Node, relations: readonly ResolvedRelation[]): StatementShape {
  if (!('SelectStmt' in tree)) return { uses: [], only: null };
  const reading: Reading = { relations, uses: [], subqueries: new Map(), readQuery };
  const { sources } = readQuery(
    tree.SelectStmt,
    { outer: null, semiJoinOuter: null, ctes: new Map() },
    reading,
  );
  const uses = new Map(reading.uses.map((draft) => [draft, finishUse(draft)]));
  const [source, ...others] = sources;
  const base = source === undefined || others.length > 0 ? null : source.base;
  return { uses: [...uses.values()], only: base === null ? null : (uses.get(base) ?? null) };
}
