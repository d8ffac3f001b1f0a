import type { A_Expr_Kind, BoolExprType, Node, NullTestType } from '@pgsql/types';
import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../sql/walk.ts';

/** A name of a type, function or operator of the catalog, as the parser writes it. */
const names = (...parts: readonly string[]): Node[] => parts.map((sval) => ({ String: { sval } }));

/** `relation.column`, or a column alone. */
export const columnRef = (...parts: readonly string[]): Node => ({ ColumnRef: { fields: names(...parts) } });

export const text = (sval: string): Node => ({ A_Const: { sval: { sval } } });

/** An integer as it is written, however long. */
export function integer(value: bigint): Node {
  const small = value >= -2147483648n && value <= 2147483647n;
  if (small) return { A_Const: { ival: value === 0n ? {} : { ival: Number(value) } } };
  return { A_Const: { fval: { fval: value.toString() } } };
}

export const boolean = (value: boolean): Node => ({
  A_Const: { boolval: value ? { boolval: true } : {} },
});

/** Types whose names are words of the grammar, which leads them to the catalog itself. */
const WORDS: ReadonlySet<string> = new Set(['interval', 'numeric', 'timestamp', 'time', 'varchar', 'bit']);

/** `argument::type`, for a type that the search path finds in the catalog: `date`, `int8`. */
export const cast = (arg: Node, type: string): Node => ({
  TypeCast: {
    arg,
    typeName: { names: WORDS.has(type) ? names('pg_catalog', type) : names(type), typemod: -1 },
  },
});

/** `left operator right` */
export const operation = (
  left: Node,
  operator: string,
  right: Node,
  kind: A_Expr_Kind = 'AEXPR_OP',
): Node => ({
  A_Expr: { kind, name: names(operator), lexpr: left, rexpr: right },
});

/** `(a, b)`; a single part stands alone. */
export function rowOf(parts: readonly Node[]): Node {
  const [only, more] = parts;
  return only !== undefined && more === undefined
    ? only
    : { RowExpr: { args: [...parts], row_format: 'COERCE_IMPLICIT_CAST' } };
}

/** `left IN (values)` */
export const inList = (left: Node, values: readonly Node[]): Node =>
  operation(left, '=', { List: { items: [...values] } }, 'AEXPR_IN');

const combination = (boolop: BoolExprType, args: readonly Node[]): Node => ({
  BoolExpr: { boolop, args: [...args] },
});

export const not = (argument: Node): Node => combination('NOT_EXPR', [argument]);

export const nullTest = (arg: Node, nulltesttype: NullTestType): Node => ({
  NullTest: { arg, nulltesttype },
});

export const call = (name: string, args: readonly Node[]): Node => ({
  FuncCall: { funcname: names(name), args: [...args], funcformat: 'COERCE_EXPLICIT_CALL' },
});

/** The conditions that all have to hold; none for a missing condition. */
export function conjuncts(condition: Node | undefined): Node[] {
  return condition === undefined ? [] : partsOf(condition, 'AND_EXPR');
}

/** The conditions of which one has to hold. */
export function disjuncts(condition: Node): Node[] {
  return partsOf(condition, 'OR_EXPR');
}

function partsOf(condition: Node, boolop: BoolExprType): Node[] {
  if (!('BoolExpr' in condition) || condition.BoolExpr.boolop !== boolop) return [condition];
  return (condition.BoolExpr.args ?? []).flatMap((part) => partsOf(part, boolop));
}

/** One condition that says that all hold; undefined where there is none. */
export function conjunction(conditions: readonly Node[]): Node | undefined {
  return conditions.length < 2 ? conditions[0] : combination('AND_EXPR', conditions.flatMap(conjuncts));
}

/** Both conditions, as one. */
export const both = (one: Node, other: Node): Node =>
  combination('AND_EXPR', [...conjuncts(one), ...conjuncts(other)]);

/** One condition that says that any holds. */
export function either(...conditions: readonly [Node, ...Node[]]): Node {
  const [first, ...others] = conditions;
  return others.length === 0 ? first : combination('OR_EXPR', conditions.flatMap(disjuncts));
}

/** Whether two trees say the same, wherever in a text they stand. */
export function sameTree(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(withoutLocations(one), withoutLocations(other));
}

/** A copy without places in the text, and without what the parser only notes for error messages. */
export function withoutLocations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLocations);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isLocation(name))
      .map(([name, child]) => [name, withoutLocations(child)]),
  );
}

/** Whether a field of a node only says where it stands. */
export const isLocation = (field: string): boolean => /(?:^|_)(?:location|list_start|list_end)$/.test(field);
