import type { Node } from '@pgsql/types';
import { fieldsOf, namesOf, nodesNamed, nodesOf, type FieldsOf } from '../sql/walk.ts';
import type { DataModel, TableModel } from './model.ts';

/** A column that the statements name, with what they do to it. */
export interface Mention<T extends NamedTable = TableModel> {
  readonly table: T;
  readonly column: T['columns'][number];
  readonly comparisons: readonly Comparison[];
  /** Keys that are taken out of it: `payload ->> 'kind'`. */
  readonly jsonKeys: readonly string[];
}

/** An expression in which a column meets constants or parameters. */
export interface Comparison {
  readonly operator: string;
  /** The column stands alone on one side: no function, cast or arithmetic around it. */
  readonly direct: boolean;
  /** As the statement writes them, without quotes. */
  readonly constants: readonly string[];
  /** From 1. */
  readonly parameters: readonly number[];
}

/**
 * The columns of tables that statements name, found by their names alone: an alias leads to its table where there is one,
 * and what is behind a view or a subquery is any column of that name. One too many only costs time.
 */
export function mentionsOf<T extends NamedTable>(
  trees: readonly Node[],
  { tables }: { readonly tables: readonly T[] },
): Mention<T>[] {
  const aliases = aliasesOf(trees, tables);
  const found = new Map<
    T['columns'][number],
    { table: T; comparisons: Comparison[]; jsonKeys: Set<string> }
  >();
  const note = (reference: FieldsOf<'ColumnRef'>) =>
    columnsOf(reference, aliases, tables).map(({ table, column }) => {
      const mention = found.get(column) ?? { table, comparisons: [], jsonKeys: new Set<string>() };
      found.set(column, mention);
      return mention;
    });
  for (const tree of trees) {
    for (const reference of nodesNamed(tree, 'ColumnRef')) note(reference);
    for (const names of joinedNames(tree)) note({ fields: [{ String: { sval: names } }] });
    for (const expression of nodesNamed(tree, 'A_Expr').flatMap(pairwise)) {
      const comparison = comparisonOf(expression);
      for (const { reference, direct } of operandsOf(expression)) {
        for (const mention of note(reference)) {
          mention.comparisons.push({ ...comparison, direct });
          for (const key of jsonKeysOf(expression)) mention.jsonKeys.add(key);
        }
      }
    }
  }
  return [...found].map(([column, { jsonKeys, ...mention }]) => ({
    column,
    ...mention,
    jsonKeys: [...jsonKeys],
  }));
}

/** The tables that statements read: all where one of the names is none, for a view may read any of them. */
export function tablesReadBy(trees: readonly Node[], { tables }: DataModel): readonly TableModel[] {
  const aliases = aliasesOf(trees, tables);
  const ctes = new Set(
    trees.flatMap((tree) => nodesNamed(tree, 'CommonTableExpr')).map(({ ctename }) => ctename),
  );
  const ranges = trees.flatMap((tree) => nodesNamed(tree, 'RangeVar'));
  const isUnknown = ({ alias, relname }: FieldsOf<'RangeVar'>) =>
    !ctes.has(relname) && (aliases.get(alias?.aliasname ?? relname ?? '') ?? []).length === 0;
  return ranges.some(isUnknown) ? tables : [...new Set([...aliases.values()].flat())];
}

/** Columns of two tables that the statements equate. */
export function joinedColumns<T extends NamedTable>(
  trees: readonly Node[],
  tables: readonly T[],
): { readonly from: Place<T>; readonly to: Place<T> }[] {
  const aliases = aliasesOf(trees, tables);
  return trees
    .flatMap((tree) => nodesNamed(tree, 'A_Expr'))
    .flatMap(({ name, lexpr, rexpr }) => {
      if (namesOf(name).at(-1) !== '=' || lexpr === undefined || rexpr === undefined) return [];
      if (!('ColumnRef' in lexpr) || !('ColumnRef' in rexpr)) return [];
      const [from, ...otherFrom] = columnsOf(lexpr.ColumnRef, aliases, tables);
      const [to, ...otherTo] = columnsOf(rexpr.ColumnRef, aliases, tables);
      const clear = otherFrom.length + otherTo.length === 0;
      return clear && from !== undefined && to !== undefined ? [{ from, to }] : [];
    });
}

export interface NamedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string }[];
}

interface Place<T extends NamedTable> {
  readonly table: T;
  readonly column: T['columns'][number];
}

type Aliases<T> = ReadonlyMap<string, readonly T[]>;

function aliasesOf<T extends NamedTable>(trees: readonly Node[], tables: readonly T[]): Aliases<T> {
  const aliases = new Map<string, T[]>();
  for (const tree of trees) {
    for (const node of nodesOf(tree)) {
      const range = fieldsOf(node, 'RangeVar');
      if (range === null) continue;
      const meant = tables.filter(
        ({ schema, name }) => name === range.relname && (range.schemaname ?? schema) === schema,
      );
      const alias = range.alias?.aliasname ?? range.relname ?? '';
      aliases.set(alias, [...(aliases.get(alias) ?? []), ...meant]);
    }
  }
  return aliases;
}

function columnsOf<T extends NamedTable>(
  { fields }: FieldsOf<'ColumnRef'>,
  aliases: Aliases<T>,
  tables: readonly T[],
): Place<T>[] {
  const names = namesOf(fields);
  const qualifier = names.at(-2);
  const named = qualifier === undefined ? [] : (aliases.get(qualifier) ?? []);
  return [...new Set(named.length > 0 ? named : tables)].flatMap((table) =>
    table.columns.filter(({ name }) => name === names.at(-1)).map((column) => ({ table, column })),
  );
}

function joinedNames(tree: Node): string[] {
  return nodesNamed(tree, 'JoinExpr').flatMap(({ usingClause }) => namesOf(usingClause));
}

function comparisonOf(expression: FieldsOf<'A_Expr'>): Omit<Comparison, 'direct'> {
  const sides = [expression.lexpr, expression.rexpr];
  const kind = { AEXPR_BETWEEN: 'between', AEXPR_IN: '=', AEXPR_OP_ANY: '=' }[String(expression.kind)];
  return {
    operator: kind ?? namesOf(expression.name).at(-1) ?? '',
    constants: sides.flatMap((side) => nodesNamed(side, 'A_Const').flatMap(textOf)),
    parameters: sides.flatMap((side) => nodesNamed(side, 'ParamRef').flatMap(({ number }) => number ?? [])),
  };
}

function textOf({ ival, fval, sval, boolval, isnull }: FieldsOf<'A_Const'>): string[] {
  if (isnull === true) return [];
  if (sval !== undefined) return [sval.sval ?? ''];
  if (fval !== undefined) return [fval.fval ?? ''];
  if (boolval !== undefined) return [String(boolval.boolval ?? false)];
  return ival === undefined ? [] : [String(ival.ival ?? 0)];
}

/** A comparison of rows as comparisons of their parts: `(a, b) < (1, 2)` says nothing of `a` and 2. */
function pairwise(expression: FieldsOf<'A_Expr'>): FieldsOf<'A_Expr'>[] {
  const { lexpr, rexpr } = expression;
  if (lexpr === undefined || rexpr === undefined || !('RowExpr' in lexpr) || !('RowExpr' in rexpr))
    return [expression];
  const [left, right] = [lexpr.RowExpr.args ?? [], rexpr.RowExpr.args ?? []];
  return left.flatMap((one, at) => {
    const other = right[at];
    return other === undefined ? [] : [{ ...expression, lexpr: one, rexpr: other }];
  });
}

/** The columns on both sides, outside of subqueries. */
function operandsOf({ lexpr, rexpr }: FieldsOf<'A_Expr'>) {
  return [lexpr, rexpr].flatMap((side) =>
    [...nodesOf(side, ({ tag }) => tag !== 'SubLink')].flatMap((node) => {
      const reference = fieldsOf(node, 'ColumnRef');
      const direct = side !== undefined && 'ColumnRef' in side;
      return reference === null ? [] : [{ reference, direct }];
    }),
  );
}

function jsonKeysOf(expression: FieldsOf<'A_Expr'>): string[] {
  return nodesNamed({ A_Expr: expression }, 'A_Expr').flatMap(({ name, rexpr }) =>
    /^(?:->>?|\?)$/.test(namesOf(name).at(-1) ?? '') && rexpr !== undefined && 'A_Const' in rexpr
      ? textOf(rexpr.A_Const)
      : [],
  );
}
