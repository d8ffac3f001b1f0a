import type { Node } from '@pgsql/types';
import type { CollationFacts } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { immutableResult } from './immutable-functions.ts';
import { isCharacter, isImmutableCast, isNumeric, widerOf, type SqlType } from './sql-type.ts';

/** An expression that an index may hold: immutable, over columns and constants. */
export interface Typed {
  readonly type: SqlType;
  /** Whether it has no columns. */
  readonly constant: boolean;
  /** What it sorts by, where that is known. */
  readonly collation: CollationFacts | null;
}

/** What a column is; null for one that an index cannot be over. */
export type TypeOfColumn = (column: FieldsOf<'ColumnRef'>) => Omit<Typed, 'constant'> | null;

/**
 * The type of an expression of which an index can hold the values; null where it has a parameter, a subquery, or
 * anything that is not known to be immutable.
 */
export function typeOf(node: Node | undefined, column: TypeOfColumn): Typed | null {
  if (node === undefined) return null;
  if ('ColumnRef' in node) {
    const known = column(node.ColumnRef);
    return known === null ? null : { ...known, constant: false };
  }
  if ('A_Const' in node) return typeOfConstant(node.A_Const);
  if ('TypeCast' in node) return typeOfCast(node.TypeCast, column);
  if ('FuncCall' in node) return typeOfCall(node.FuncCall, column);
  if ('A_Expr' in node) return typeOfOperator(node.A_Expr, column);
  if ('CoalesceExpr' in node) return common(node.CoalesceExpr.args, column);
  if ('MinMaxExpr' in node) return common(node.MinMaxExpr.args, column);
  return null;
}

function typeOfConstant(constant: FieldsOf<'A_Const'>): Typed | null {
  const type =
    constant.sval !== undefined
      ? 'unknown'
      : constant.ival !== undefined
        ? 'int4'
        : constant.fval !== undefined
          ? 'numeric'
          : constant.boolval !== undefined
            ? 'bool'
            : null;
  return type === null ? null : { type, constant: true, collation: null };
}

/** The name of a type without its schema; null for a type outside of pg_catalog. */
function typeNameOf(name: FieldsOf<'TypeName'> | undefined): SqlType | null {
  const names = namesOf(name?.names);
  const last = names.at(-1);
  if (last === undefined || names.length > 2 || (names.length === 2 && names[0] !== 'pg_catalog'))
    return null;
  return (name?.arrayBounds ?? []).length > 0 ? `_${last}` : last;
}

function typeOfCast({ arg, typeName }: FieldsOf<'TypeCast'>, column: TypeOfColumn): Typed | null {
  const type = typeNameOf(typeName);
  const typed = typeOf(arg, column);
  if (type === null || typed === null) return null;
  // A literal is read once, when the index is made; a date's may mean "today".
  const fixed =
    typed.type === 'unknown' && typed.constant && !/^(date|time|timetz|timestamp|timestamptz)$/.test(type);
  if (!fixed && !isImmutableCast(typed.type, type)) return null;
  return { ...typed, type };
}

function typeOfCall(call: FieldsOf<'FuncCall'>, column: TypeOfColumn): Typed | null {
  const names = namesOf(call.funcname);
  const name = names.at(-1);
  const plain =
    call.agg_order === undefined &&
    call.agg_filter === undefined &&
    call.over === undefined &&
    !call.agg_star &&
    !call.agg_distinct &&
    !call.func_variadic;
  if (!plain || name === undefined || names.length > 2 || (names.length === 2 && names[0] !== 'pg_catalog'))
    return null;
  const args = (call.args ?? []).map((arg) => typeOf(arg, column));
  if (args.length === 0 || args.includes(null)) return null;
  const known = args.flatMap((arg) => arg ?? []);
  const type = immutableResult(
    name,
    known.map((arg) => arg.type),
    (position) => known[position]?.constant === true,
  );
  return type === null ? null : result(type, known);
}

function typeOfOperator(expression: FieldsOf<'A_Expr'>, column: TypeOfColumn): Typed | null {
  const { kind, name, lexpr, rexpr } = expression;
  if (kind === 'AEXPR_NULLIF') return common([lexpr, rexpr], column);
  const operators = namesOf(name);
  const operator = operators.length === 1 || operators[0] === 'pg_catalog' ? operators.at(-1) : undefined;
  const left = typeOf(lexpr, column);
  const right = typeOf(rexpr, column);
  if (kind !== 'AEXPR_OP' || operator === undefined || left === null || right === null) return null;
  const type = typeOfOperation(left.type, operator, right.type);
  return type === null ? null : result(type, [left, right]);
}

function typeOfOperation(left: SqlType, operator: string, right: SqlType): SqlType | null {
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
      return ofNumbers(left, right) ?? ofDates(left, operator, right);
    case '%':
      return left === right && isNumeric(left) ? left : null;
    case '||':
      // With anything but text beside it, it goes by that type's output function: only STABLE.
      if (isCharacter(left) && isCharacter(right)) return 'text';
      return left === right && (left === 'tsvector' || left === 'jsonb') ? left : null;
    case '->':
      return isJson(left) && (isCharacter(right) || right === 'int4') ? left : null;
    case '->>':
      return isJson(left) && (isCharacter(right) || right === 'int4') ? 'text' : null;
    case '#>':
      return isJson(left) && (right === 'unknown' || right === '_text') ? left : null;
    case '#>>':
      return isJson(left) && (right === 'unknown' || right === '_text') ? 'text' : null;
    default:
      return null;
  }
}

function ofNumbers(left: SqlType, right: SqlType): SqlType | null {
  if (left === 'unknown' || right === 'unknown') return null;
  return widerOf(left, right);
}

/** With an interval, timestamptz goes by TimeZone; timestamp does not. */
function ofDates(left: SqlType, operator: string, right: SqlType): SqlType | null {
  if (operator !== '+' && operator !== '-') return null;
  if (left === 'date' && right === 'int4') return 'date';
  if (left === 'timestamp' && right === 'interval') return 'timestamp';
  if (operator === '+' || left !== right) return null;
  if (left === 'date') return 'int4';
  return left === 'timestamp' || left === 'timestamptz' ? 'interval' : null;
}

function isJson(type: SqlType): boolean {
  return type === 'jsonb' || type === 'json';
}

/** COALESCE, NULLIF, GREATEST and LEAST of one type; literals take the others'. */
function common(nodes: readonly (Node | undefined)[] | undefined, column: TypeOfColumn): Typed | null {
  const args = (nodes ?? []).map((node) => typeOf(node, column));
  if (args.length === 0 || args.includes(null)) return null;
  const known = args.flatMap((arg) => arg ?? []);
  const types = [...new Set(known.map(({ type }) => type).filter((type) => type !== 'unknown'))];
  const [only] = types;
  if (only === undefined || types.length > 1) return null;
  return result(only, known);
}

function result(type: SqlType, args: readonly Typed[]): Typed {
  const collations = args.flatMap(({ collation }) => collation ?? []);
  return {
    type,
    constant: args.every(({ constant }) => constant),
    collation: isCharacter(type) ? (collations[0] ?? null) : null,
  };
}
