import type { Node } from '@pgsql/types';
import { namesOf, nodesOf } from '../sql/walk.ts';
import { columnOf } from './expression.ts';
import type { Binding, Columns, Scope, SelectStmt } from './scope.ts';

export interface Output {
  readonly name: string;
  /** Null for a computed column that no index can hold. */
  readonly binding: Binding | null;
  /** Whether the statement names it, by an alias or as a column, rather than by `*`. */
  readonly explicit: boolean;
}

/** The columns of a SELECT list, `*` expanded; null where that needs columns that are not known. */
export function outputsOf(select: SelectStmt, scope: Scope): readonly Output[] | null {
  const outputs = (select.targetList ?? []).map((node) =>
    'ResTarget' in node ? outputOf(node.ResTarget, scope) : null,
  );
  return outputs.includes(null) ? null : outputs.flatMap((output) => output ?? []);
}

/** What the query around sees: a column that cannot be restricted from there counts as computed. */
export function visibleColumns(
  select: SelectStmt,
  outputs: readonly Output[] | null,
  grouped: readonly Binding[],
): Columns {
  if (outputs === null) return null;
  const stops = select.limitCount !== undefined || select.limitOffset !== undefined;
  const windowed = [...nodesOf(select.targetList)].some((node) => 'over' in node.fields);
  const distinctOn = (select.distinctClause ?? []).some((node) => Object.keys(node).length > 0);
  const passes = (binding: Binding): boolean => {
    if (stops || windowed || distinctOn) return false;
    if (select.groupClause === undefined) return true;
    return grouped.some(({ use, column }) => use === binding.use && column === binding.column);
  };
  return new Map(
    outputs.map(({ name, binding }) => [name, binding !== null && passes(binding) ? binding : null]),
  );
}

function outputOf(
  target: { readonly name?: string; readonly val?: Node },
  scope: Scope,
): readonly Output[] | null {
  const { val, name } = target;
  if (val !== undefined && 'ColumnRef' in val) {
    const fields = val.ColumnRef.fields ?? [];
    const last = fields.at(-1);
    if (last !== undefined && 'A_Star' in last) return expandStar(namesOf(fields).at(-1), scope);
    const reference = columnOf(val, scope);
    const binding = reference?.scope === scope ? reference.binding : null;
    return [{ name: name ?? namesOf(fields).at(-1) ?? '', binding, explicit: true }];
  }
  // PostgreSQL names a function's column after the function; other expressions get no name worth referring to.
  const called = val !== undefined && 'FuncCall' in val ? namesOf(val.FuncCall.funcname).at(-1) : undefined;
  const reference = columnOf(val, scope);
  const binding = reference?.scope === scope ? reference.binding : null;
  return [{ name: name ?? called ?? '?column?', binding, explicit: true }];
}

function expandStar(alias: string | undefined, scope: Scope): readonly Output[] | null {
  if (alias === undefined && scope.merges) return null;
  const sources = scope.sources.filter((source) => alias === undefined || source.alias === alias);
  if (sources.some(({ columns }) => columns === null)) return null;
  return sources.flatMap(({ columns }) =>
    [...(columns ?? [])].map(([name, binding]) => ({ name, binding, explicit: false })),
  );
}
