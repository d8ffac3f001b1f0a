import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { referencesOf } from './expression.ts';
import { addFrom } from './from.ts';
import { readOrdering } from './ordering.ts';
import { outputsOf, visibleColumns } from './outputs.ts';
import { readPredicate } from './predicate.ts';
import { renamed } from './scope.ts';
import type { Columns, ReadQuery, Reading, Scope, SelectStmt, Surroundings } from './scope.ts';

/** Reads one SELECT with everything below it. */
export function readQuery(select: SelectStmt, surroundings: Surroundings, reading: Reading): ReadQuery {
  const ctes = readCtes(select.withClause, surroundings, reading);
  const scope: Scope = { ...surroundings, ctes, sources: [], escaped: [], merges: false };
  if (select.larg !== undefined && select.rarg !== undefined) return readSetOperation(select, scope, reading);

  for (const entry of select.fromClause ?? []) addFrom(entry, scope, reading);
  if (select.whereClause !== undefined)
    readPredicate(select.whereClause, { scope, reading, restricts: null });
  // Whatever has not been read by now: subqueries in the SELECT list, in OR, in HAVING, …
  const { withClause: _, fromClause: __, ...others } = select;
  referencesOf(others, scope, reading);

  const outputs = outputsOf(select, scope);
  const grouped = readOrdering(select, scope, outputs);
  return {
    columns: select.valuesLists === undefined ? visibleColumns(select, outputs, grouped) : null,
    sources: scope.sources,
    escaped: scope.escaped,
  };
}

/** The arms of a UNION are queries of their own; its ORDER BY sorts what comes out of them. */
function readSetOperation(select: SelectStmt, scope: Scope, reading: Reading): ReadQuery {
  const surroundings = { outer: scope.outer, semiJoinOuter: null, ctes: scope.ctes };
  const arms = armsOf(select).map((arm) => reading.readQuery(arm, surroundings, reading));
  const names = arms[0]?.columns;
  return {
    columns: names == null ? null : new Map([...names.keys()].map((name) => [name, null])),
    sources: [],
    escaped: arms.flatMap(({ escaped }) => escaped),
  };
}

/** A chain of UNIONs leans to the left: taken apart in a loop, since it may be thousands long. */
function armsOf(select: SelectStmt): SelectStmt[] {
  const arms: SelectStmt[] = [];
  let left: SelectStmt | undefined = select;
  do {
    if (left.rarg !== undefined) arms.unshift(left.rarg);
    left = left.larg;
  } while (left?.larg !== undefined && left.withClause === undefined);
  return left === undefined ? arms : [left, ...arms];
}

function readCtes(
  clause: FieldsOf<'WithClause'> | undefined,
  surroundings: Surroundings,
  reading: Reading,
): ReadonlyMap<string, Columns> {
  const ctes = new Map(surroundings.ctes);
  for (const node of clause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const { ctename = '', ctequery } = node.CommonTableExpr;
    // A recursive CTE sees itself, as columns of unknown origin.
    if (clause?.recursive === true) ctes.set(ctename, null);
    if (ctequery === undefined || !('SelectStmt' in ctequery)) {
      ctes.set(ctename, null);
      continue;
    }
    const inner = { outer: surroundings.outer, semiJoinOuter: null, ctes: new Map(ctes) };
    const { columns } = reading.readQuery(ctequery.SelectStmt, inner, reading);
    ctes.set(ctename, seenFromOutside(columns, node.CommonTableExpr));
  }
  return ctes;
}

/** A materialized CTE is computed whole, so nothing around it restricts its tables. */
function seenFromOutside(columns: Columns, cte: FieldsOf<'CommonTableExpr'>): Columns {
  const named = renamed(columns, namesOf(cte.aliascolnames));
  if (named === null || cte.ctematerialized !== 'CTEMaterializeAlways') return named;
  return new Map([...named.keys()].map((name) => [name, null]));
}
