import type { Node } from '@pgsql/types';
import { uniqueKeys } from '../advisor/unique-keys.ts';
import type { ResolvedRelation } from '../facts.ts';
import { namesOf, type FieldsOf } from '../sql/walk.ts';

export type Select = FieldsOf<'SelectStmt'>;

/** What a query may read: relations of the database, and the queries of its WITH clauses by name. */
export interface Readable {
  readonly relations: readonly ResolvedRelation[];
  readonly ctes: ReadonlyMap<string, Select>;
}

/**
 * Whether no two rows of a query's FROM can be equal in all of these expressions: for each source they hold all columns of
 * a key. False means that it cannot be told.
 */
export function separates(select: Select, expressions: readonly Node[], readable: Readable): boolean {
  const sources = sourcesOf(select.fromClause ?? [], readable);
  if (sources === null) return false;
  const names = [...expressions, ...fixedColumns(select.whereClause)].flatMap((expression) => {
    const name = columnNameOf(expression);
    return name === null ? [] : [name];
  });
  const holds = ({ alias }: Source, column: string) =>
    names.some(
      ([name, qualifier]) =>
        name === column && (qualifier === alias || (qualifier === undefined && sources.length === 1)),
    );
  return sources.every((source) => source.keys.some((key) => key.every((column) => holds(source, column))));
}

/** The columns for which the condition allows a single value: `id = $1`. */
function fixedColumns(condition: Node | undefined): Node[] {
  if (condition === undefined) return [];
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR')
    return (condition.BoolExpr.args ?? []).flatMap(fixedColumns);
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') return [];
  const { name, lexpr, rexpr } = condition.A_Expr;
  if (namesOf(name).join('.') !== '=' || lexpr === undefined || rexpr === undefined) return [];
  const isValue = (node: Node) => 'A_Const' in node || 'ParamRef' in node;
  return [isValue(rexpr) ? [lexpr] : [], isValue(lexpr) ? [rexpr] : []].flat();
}

/** The expressions of an ORDER BY: what stands in the SELECT list where it names or numbers an output. */
export function sortedBy(select: Select): Node[] {
  return (select.sortClause ?? []).flatMap((node) => {
    const key = 'SortBy' in node ? node.SortBy.node : undefined;
    return key === undefined ? [] : (outputMeant(key, select) ?? key);
  });
}

/** Whether rows that an ORDER BY leaves equal are equal in all that is seen of them: the output is nothing but sort keys. */
export function showsSortKeysOnly(select: Select): boolean {
  const sorted = sortedBy(select);
  return (select.targetList ?? []).every((node) => {
    const shown = 'ResTarget' in node ? node.ResTarget.val : undefined;
    return shown !== undefined && ('A_Const' in shown || sorted.some((key) => isSame(key, shown)));
  });
}

/** Whether an ORDER BY fixes the sequence of the rows, as far as they can be told apart. */
export function ordersAllRows(select: Select, readable: Readable): boolean {
  const sorted = sortedBy(select);
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return false;
  if (sorted.length > 0 && showsSortKeysOnly(select)) return true;
  const has = (expression: Node) => sorted.some((key) => isSame(key, expression));
  if (select.groupClause !== undefined)
    return select.groupClause.every(
      (node) => !('GroupingSet' in node) && has(outputMeant(node, select) ?? node),
    );
  // Of each group of DISTINCT ON there is one row, and the ORDER BY begins with what makes the group.
  return (
    separates(select, sorted, readable) ||
    (isDistinctOn(select) && sorted.length >= (select.distinctClause?.length ?? 0))
  );
}

export function isDistinctOn({ distinctClause }: Select): boolean {
  return (distinctClause ?? []).some((node) => Object.keys(node).length > 0);
}

/** The WITH queries of a query, besides those around it. */
export function withQueries(select: Select, ctes: Readable['ctes']): Readable['ctes'] {
  const own = (select.withClause?.ctes ?? []).flatMap((node): [string, Select][] => {
    const query = 'CommonTableExpr' in node ? node.CommonTableExpr : {};
    const { ctename = '', ctequery } = query;
    return ctequery !== undefined && 'SelectStmt' in ctequery ? [[ctename, ctequery.SelectStmt]] : [];
  });
  return own.length === 0 ? ctes : new Map([...ctes, ...own]);
}

interface Source {
  readonly alias: string;
  readonly keys: readonly (readonly string[])[];
}

/** Null where one is no table or query, and its rows have no key. */
function sourcesOf(nodes: readonly Node[], readable: Readable): Source[] | null {
  const sources = nodes.map((node): Source[] | null => {
    if ('JoinExpr' in node) {
      const { larg, rarg } = node.JoinExpr;
      return sourcesOf(
        [larg, rarg].flatMap((side) => side ?? []),
        readable,
      );
    }
    if ('RangeVar' in node) return sourceOfTable(node.RangeVar, readable);
    if ('RangeSubselect' in node) {
      const { subquery, alias } = node.RangeSubselect;
      if (subquery === undefined || !('SelectStmt' in subquery) || alias?.colnames !== undefined) return null;
      return [{ alias: alias?.aliasname ?? '', keys: keysOfQuery(subquery.SelectStmt, readable) }];
    }
    return null;
  });
  return sources.includes(null) ? null : sources.flatMap((some) => some ?? []);
}

function sourceOfTable(range: FieldsOf<'RangeVar'>, readable: Readable): Source[] | null {
  const { relname = '', schemaname = null, alias } = range;
  if (alias?.colnames !== undefined) return null;
  const name = alias?.aliasname ?? relname;
  const cte = schemaname === null ? readable.ctes.get(relname) : undefined;
  if (cte !== undefined) {
    // A recursive query reads itself, and its rows have no key that could be told.
    const others = new Map([...readable.ctes].filter(([other]) => other !== relname));
    return [{ alias: name, keys: keysOfQuery(cte, { ...readable, ctes: others }) }];
  }
  const resolved = readable.relations.find(
    ({ reference }) => reference.name === relname && reference.schema === schemaname,
  );
  if (resolved === undefined) return null;
  return [{ alias: name, keys: uniqueKeys(resolved.relation, range.inh !== true) }];
}

/** Output columns that no two rows of a query share. */
function keysOfQuery(select: Select, readable: Readable): string[][] {
  const inner = { ...readable, ctes: withQueries(select, readable.ctes) };
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return [];
  const outputs = (select.targetList ?? []).flatMap((node) => ('ResTarget' in node ? node.ResTarget : []));
  const named = outputs.flatMap(({ name, val }): { name: string; val: Node }[] => {
    const own = val === undefined ? undefined : (name ?? columnNameOf(val)?.[0]);
    return val === undefined || own === undefined ? [] : [{ name: own, val }];
  });
  if (select.groupClause !== undefined) {
    const names = select.groupClause.map((node) => {
      const expression = outputMeant(node, select) ?? node;
      return named.find(({ val }) => isSame(val, expression))?.name;
    });
    return names.includes(undefined) ? [] : [names.flatMap((name) => name ?? [])];
  }
  const sources = sourcesOf(select.fromClause ?? [], inner);
  const [only, ...others] = sources ?? [];
  if (only === undefined || others.length > 0) return [];
  const star = outputs.some(
    ({ val }) =>
      val !== undefined &&
      'ColumnRef' in val &&
      (val.ColumnRef.fields ?? []).some((field) => 'A_Star' in field),
  );
  return only.keys.flatMap((key) => {
    const names = key.map(
      (column) =>
        named.find(({ val }) => columnNameOf(val)?.[0] === column)?.name ?? (star ? column : undefined),
    );
    return names.includes(undefined) ? [] : [names.flatMap((name) => name ?? [])];
  });
}

/** `[name]` or `[name, alias]` of a bare column. */
function columnNameOf(node: Node): readonly [name: string, qualifier: string | undefined] | null {
  if (!('ColumnRef' in node)) return null;
  const names = namesOf(node.ColumnRef.fields);
  const [name, qualifier] = names.toReversed();
  if (name === undefined || names.length !== node.ColumnRef.fields?.length) return null;
  return [name, qualifier];
}

/** What a name or a number in ORDER BY or GROUP BY means of the SELECT list. */
function outputMeant(node: Node, { targetList = [] }: Select): Node | null {
  if ('A_Const' in node && node.A_Const.ival !== undefined) {
    const target = targetList[(node.A_Const.ival.ival ?? 0) - 1];
    return target !== undefined && 'ResTarget' in target ? (target.ResTarget.val ?? null) : null;
  }
  const [name, qualifier] = columnNameOf(node) ?? [];
  if (name === undefined || qualifier !== undefined) return null;
  const target = targetList.find((one) => 'ResTarget' in one && one.ResTarget.name === name);
  return target !== undefined && 'ResTarget' in target ? (target.ResTarget.val ?? null) : null;
}

/** The same expression, wherever it stands in the text. */
export function isSame(one: Node, other: Node): boolean {
  return textOf(one) === textOf(other);
}

function textOf(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value));
}
