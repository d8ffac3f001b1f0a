import type { Node } from '@pgsql/types';
import type { IndexKeyDefinition } from '../change.ts';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import { finishUse } from './draft.ts';
import { readQuery } from './query.ts';
import type { Reading, SelectStmt } from './scope.ts';
import type { Subject } from './subject.ts';

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
  /** The expressions among what the conditions and orders name. */
  readonly expressions: ReadonlyMap<string, Subject>;
  /** Conditions that other access methods or operator classes answer. */
  readonly operators: readonly OperatorUse[];
  /** `a = 1 OR b < 2`: the columns of which each would be looked up by itself. */
  readonly alternatives: readonly (readonly string[])[];
  /** `ORDER BY column <-> constant`. */
  readonly nearest: OperatorUse | null;
  /** Conditions with nothing but a column of this use and literals, which a partial index may have for its own. */
  readonly filters: readonly ConstantFilter[];
  /** Every column that the statement reads; null where it reads or writes whole rows. */
  readonly columns: ReadonlySet<string> | null;
}

/** `column LIKE …`, `column @> …`: the column on the left, whatever the statement's order. */
export interface OperatorUse {
  readonly column: string;
  /** As the catalog spells it: `~~` is LIKE, `~~*` ILIKE. */
  readonly operator: string;
  /** What stands on the right, where it is a text literal. */
  readonly literal: string | null;
}

export interface ConstantFilter {
  /** SQL over bare columns. */
  readonly sql: string;
  /** The column that it decides on. */
  readonly column: string;
  /** Whether it leaves the column one value. */
  readonly fixes: boolean;
  /** About the share of the rows for which it holds; null for a condition that no new index should have. */
  readonly share: number | null;
}

/**
 * `column = constant`, `column IS NULL`, `WHERE column` of a boolean. Here and below `column` may also be an expression
 * in parentheses: a key of `expressions`.
 */
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

/**
 * Reads a query: all its scopes, down to the last subquery. Of UPDATE, DELETE and MERGE the part that finds the rows, of INSERT
 * the query. Anything else has no uses.
 */
export function shapeOf(tree: Node, relations: readonly ResolvedRelation[]): StatementShape {
  const select = searchOf(tree);
  if (select === null) return { uses: [], only: null };
  const reading: Reading = { relations, uses: [], subqueries: new Map(), readQuery };
  const { sources } = readQuery(select, { outer: null, semiJoinOuter: null, ctes: new Map() }, reading);
  const uses = new Map(reading.uses.map((draft) => [draft, finishUse(draft)]));
  const [source, ...others] = sources;
  const base = source === undefined || others.length > 0 ? null : source.base;
  return { uses: [...uses.values()], only: base === null ? null : (uses.get(base) ?? null) };
}

/** The query that finds what a statement works on. */
function searchOf(tree: Node): SelectStmt | null {
  if ('SelectStmt' in tree) return tree.SelectStmt;
  if ('InsertStmt' in tree) {
    const { selectStmt } = tree.InsertStmt;
    return selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : null;
  }
  if ('MergeStmt' in tree) {
    const { relation, sourceRelation, joinCondition, withClause } = tree.MergeStmt;
    return searchIn(
      [relation === undefined ? undefined : { RangeVar: relation }, sourceRelation],
      joinCondition,
      withClause,
    );
  }
  const statement = 'UpdateStmt' in tree ? tree.UpdateStmt : 'DeleteStmt' in tree ? tree.DeleteStmt : null;
  if (statement?.relation === undefined) return null;
  const { relation, whereClause, withClause } = statement;
  const others = 'fromClause' in statement ? statement.fromClause : undefined;
  const using = 'usingClause' in statement ? statement.usingClause : undefined;
  return searchIn([{ RangeVar: relation }, ...(others ?? []), ...(using ?? [])], whereClause, withClause);
}

function searchIn(
  tables: readonly (Node | undefined)[],
  whereClause: Node | undefined,
  withClause: SelectStmt['withClause'],
): SelectStmt {
  return {
    // Whole rows are read in order to be written.
    targetList: [{ ResTarget: { val: { ColumnRef: { fields: [{ A_Star: {} }] } } } }],
    fromClause: tables.flatMap((table) => table ?? []),
    ...(whereClause === undefined ? {} : { whereClause }),
    ...(withClause === undefined ? {} : { withClause }),
  };
}
