import type { Node } from '@pgsql/types';
import { namesOf } from '../sql/walk.ts';

/** A constant as it is written. */
export interface Literal {
  /** A string's text, or a number's digits. */
  readonly text: string;
  /** Whether it was written as a number: then it is an integer or numeric by itself, and no string of any type. */
  readonly numeric: boolean;
  /** The type that it is cast to: `date` in `'2024-03-31'::date`; null where there is no cast. */
  readonly type: string | null;
}

/** A constant, a cast of one, or one with a sign; null for any other node and for NULL. */
export function literalOf(node: Node | undefined): Literal | null {
  if (node === undefined) return null;
  if ('A_Const' in node) {
    const { isnull, sval, ival, fval } = node.A_Const;
    if (isnull === true) return null;
    if (sval !== undefined) return { text: sval.sval ?? '', numeric: false, type: null };
    if (ival !== undefined) return { text: String(ival.ival ?? 0), numeric: true, type: null };
    if (fval !== undefined) return { text: fval.fval ?? '0', numeric: true, type: null };
    return null;
  }
  if ('TypeCast' in node) {
    const inner = literalOf(node.TypeCast.arg);
    const type = typeOf(node);
    return inner === null || type === null || inner.type !== null ? null : { ...inner, type };
  }
  if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP' && node.A_Expr.lexpr === undefined) {
    const inner = literalOf(node.A_Expr.rexpr);
    const negative = namesOf(node.A_Expr.name).join('.') === '-';
    if (inner === null || !inner.numeric || inner.type !== null || !negative) return null;
    return { ...inner, text: inner.text.startsWith('-') ? inner.text.slice(1) : `-${inner.text}` };
  }
  return null;
}

/** `$n`, or a cast of it; its number, and the type that it is cast to. */
export function parameterOf(
  node: Node | undefined,
): { readonly number: number; readonly type: string | null } | null {
  if (node === undefined) return null;
  if ('ParamRef' in node) return { number: node.ParamRef.number ?? 0, type: null };
  if (!('TypeCast' in node)) return null;
  const inner = parameterOf(node.TypeCast.arg);
  const type = typeOf(node);
  return inner === null || type === null || inner.type !== null ? null : { ...inner, type };
}

/**
 * The catalog's name of the type of a cast, `int4` for `integer`; null where it is no plain type of the catalog, or has
 * a length or is an array.
 */
export function typeOf(node: Node | undefined): string | null {
  if (node === undefined || !('TypeCast' in node)) return null;
  const { names, typmods, arrayBounds, setof } = node.TypeCast.typeName ?? {};
  const parts = namesOf(names);
  if (typmods !== undefined || arrayBounds !== undefined || setof === true) return null;
  return parts.length === 1 || (parts.length === 2 && parts[0] === 'pg_catalog')
    ? (parts.at(-1) ?? null)
    : null;
}

/** `operator` and both sides of a plain comparison; null for any other node. */
export function comparisonOf(
  node: Node,
): { readonly left: Node; readonly operator: string; readonly right: Node } | null {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return null;
  const { name, lexpr, rexpr } = node.A_Expr;
  const [operator, ...others] = namesOf(name);
  if (operator === undefined || others.length > 0 || !(operator in FLIPPED)) return null;
  return lexpr === undefined || rexpr === undefined ? null : { left: lexpr, operator, right: rexpr };
}

/** The same comparison with its sides exchanged. */
export function flipped(comparison: NonNullable<ReturnType<typeof comparisonOf>>): typeof comparison {
  const { left, operator, right } = comparison;
  return { left: right, operator: FLIPPED[operator] ?? operator, right: left };
}

const FLIPPED: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
