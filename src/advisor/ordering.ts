import type { Node } from '@pgsql/types';
import type { IndexKeyDefinition } from '../change.ts';
import { namesOf } from '../sql/walk.ts';
import { columnOf } from './expression.ts';
import type { Output } from './outputs.ts';
import type { Binding, Reference, Scope, SelectStmt } from './scope.ts';

/** Notes ORDER BY, GROUP BY, DISTINCT and LIMIT at the uses to which they belong. Gives the columns of GROUP BY. */
export function readOrdering(
  select: SelectStmt,
  scope: Scope,
  outputs: readonly Output[] | null,
): readonly Binding[] {
  const resolve = (node: Node | undefined, prefersOutput: boolean) =>
    termOf(node, scope, outputs, prefersOutput);
  const sorted = (select.sortClause ?? []).map((node) =>
    'SortBy' in node ? sortKey(node.SortBy, resolve) : null,
  );
  const ordered = ofOneUse(sorted.map((key) => key?.binding ?? null));
  if (ordered !== null) ordered.use.orderBy = sorted.flatMap((key) => key?.definition ?? []);
  readNearest(select, scope);

  const grouped = (select.groupClause ?? []).map((node) => resolve(node, false));
  const group = ofOneUse(grouped);
  if (group !== null) group.use.groupBy = group.columns;

  const distinct = ofOneUse(distinctTerms(select, outputs, resolve));
  if (distinct !== null) distinct.use.distinct = distinct.columns;

  const extreme = extremeColumn(select, scope);
  // The planner turns it into ORDER BY … LIMIT 1.
  if (extreme !== null) {
    extreme.use.orderBy = [{ column: extreme.column, descending: false, nullsFirst: false }];
    extreme.use.limited = true;
  }

  if (isLimited(select))
    for (const source of scope.sources)
      for (const binding of source.columns?.values() ?? []) if (binding !== null) binding.use.limited = true;

  return grouped.flatMap((binding) => binding ?? []);
}

/** `LIMIT ALL` and `LIMIT NULL` do not limit. */
function isLimited({ limitCount }: SelectStmt): boolean {
  return limitCount !== undefined && !('A_Const' in limitCount && limitCount.A_Const.isnull === true);
}

/** The column of `SELECT min(column)` or `max`, where that is all that is selected, from one table. */
function extremeColumn(select: SelectStmt, scope: Scope): Binding | null {
  const [target, ...others] = select.targetList ?? [];
  const called = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (others.length > 0 || select.groupClause !== undefined || scope.sources.length !== 1) return null;
  if (called === undefined || !('FuncCall' in called)) return null;
  const { funcname, args, agg_filter: filter, over } = called.FuncCall;
  if (
    !/^(pg_catalog\.)?(min|max)$/.test(namesOf(funcname).join('.')) ||
    filter !== undefined ||
    over !== undefined
  )
    return null;
  const reference = columnOf(args?.[0], scope);
  return reference?.scope === scope ? reference.binding : null;
}

type ResolveTerm = (node: Node | undefined, prefersOutput: boolean) => Binding | null;

interface SortKey {
  readonly binding: Binding;
  readonly definition: IndexKeyDefinition;
}

function sortKey(
  sort: { readonly node?: Node; readonly sortby_dir?: string; readonly sortby_nulls?: string },
  resolve: ResolveTerm,
): SortKey | null {
  const binding = sort.sortby_dir === 'SORTBY_USING' ? null : resolve(sort.node, true);
  if (binding === null) return null;
  const descending = sort.sortby_dir === 'SORTBY_DESC';
  const nullsFirst =
    sort.sortby_nulls === 'SORTBY_NULLS_DEFAULT' ? descending : sort.sortby_nulls === 'SORTBY_NULLS_FIRST';
  return { binding, definition: { column: binding.column, descending, nullsFirst } };
}

/** A term of ORDER BY, GROUP BY or DISTINCT ON: an ordinal, the name of an output column, or a column. */
function termOf(
  node: Node | undefined,
  scope: Scope,
  outputs: readonly Output[] | null,
  prefersOutput: boolean,
): Binding | null {
  if (node === undefined) return null;
  if ('A_Const' in node) {
    const ordinal = node.A_Const.ival?.ival;
    return ordinal === undefined ? null : (outputs?.[ordinal - 1]?.binding ?? null);
  }
  if (!('ColumnRef' in node)) return inScope(columnOf(node, scope), scope);
  const names = namesOf(node.ColumnRef.fields);
  const output =
    names.length === 1 ? outputs?.find(({ name, explicit }) => explicit && name === names[0]) : undefined;
  // ORDER BY looks at the output columns first, GROUP BY at the input columns.
  if (output !== undefined && prefersOutput) return output.binding;
  const reference = columnOf(node, scope);
  if (reference === null) return output?.binding ?? null;
  return inScope(reference, scope);
}

function inScope(reference: Reference | null, scope: Scope): Binding | null {
  return reference?.scope === scope ? reference.binding : null;
}

/** `ORDER BY column <-> constant`: an index that knows distances brings the nearest rows first. */
function readNearest({ sortClause = [] }: SelectStmt, scope: Scope): void {
  const [first] = sortClause;
  const node = first !== undefined && 'SortBy' in first ? first.SortBy.node : undefined;
  if (node === undefined || !('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return;
  const { name, lexpr, rexpr } = node.A_Expr;
  const operator = namesOf(name).at(-1);
  if (operator !== '<->' && operator !== '<->>' && operator !== '<<->') return;
  for (const side of [lexpr, rexpr]) {
    const binding = inScope(columnOf(side, scope), scope);
    if (binding !== null) binding.use.nearest = { column: binding.column, operator, literal: null };
  }
}

function distinctTerms(
  select: SelectStmt,
  outputs: readonly Output[] | null,
  resolve: ResolveTerm,
): (Binding | null)[] {
  const clause = select.distinctClause ?? [];
  // Plain DISTINCT is a list of one empty node.
  const on = clause.filter((node) => Object.keys(node).length > 0);
  if (on.length > 0) return on.map((node) => resolve(node, true));
  return clause.length === 0 || outputs === null ? [] : outputs.map(({ binding }) => binding);
}

function ofOneUse(bindings: readonly (Binding | null)[]) {
  const [first] = bindings;
  if (first === undefined || first === null || !bindings.every((binding) => binding?.use === first.use))
    return null;
  return { use: first.use, columns: [...new Set(bindings.flatMap((binding) => binding?.column ?? []))] };
}
