import type { Node } from '@pgsql/types';
import { fieldsOf, isRecord, wrapperOf, type FieldsOf } from './walk.ts';

/**
 * The values that a statement's parameters have in another statement that is the same but for them: constants stand there,
 * or parameters whose values are known. Null where it is another statement, or where one of them is not known.
 * @param asked the statement with `$1`, `$2`, …
 * @param given values of the other statement's own parameters; undefined where one is not known
 */
export function valuesIn(
  asked: Node,
  other: Node,
  given: readonly (string | null | undefined)[],
): unknown[] | null {
  const values = new Map<number, unknown>();
  const pending: [unknown, unknown][] = [[asked, other]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [one, two] = next;
    const number = parameterOf(one);
    if (number !== null) {
      const value = valueOf(two, given);
      const isOther = values.has(number) && JSON.stringify(values.get(number)) !== JSON.stringify(value);
      if (value === undefined || isOther) return null;
      values.set(number, value);
      continue;
    }
    const pairs = pairsOf(one, asList(one, two));
    if (pairs === null) return null;
    pending.push(...pairs);
  }
  const inOrder = Array.from({ length: values.size }, (_, at) => values.get(at + 1));
  return inOrder.includes(undefined) ? null : inOrder;
}

/** What both have to have alike; null where they cannot be. */
function pairsOf(one: unknown, other: unknown): [unknown, unknown][] | null {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length ? one.map((value, at) => [value, other[at]]) : null;
  if (isRecord(one) && isRecord(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].filter((name) => !PLACE.test(name)).map((name) => [one[name], other[name]]);
  }
  return one === other ? [] : null;
}

/** `location`, `stmt_len`, `rexpr_list_start`: where something stands in its text. */
const PLACE = /^(?:location|stmt_len|stmt_location|(?:rexpr_)?list_(?:start|end))$/;

function parameterOf(node: unknown): number | null {
  return isRecord(node) && isRecord(node['ParamRef']) ? Number(node['ParamRef']['number']) : null;
}

/** A constant, a parameter, a list of them; also behind a cast, which a driver may have put there. Undefined for all else. */
function valueOf(node: unknown, given: readonly (string | null | undefined)[]): unknown {
  const visited = wrapperOf(node);
  if (visited === null) return undefined;
  const constant = fieldsOf(visited, 'A_Const');
  if (constant !== null) return constantOf(constant);
  const parameter = fieldsOf(visited, 'ParamRef');
  if (parameter !== null) return given[(parameter.number ?? 0) - 1];
  const cast = fieldsOf(visited, 'TypeCast');
  if (cast !== null) return valueOf(cast.arg, given);
  const items = fieldsOf(visited, 'A_ArrayExpr')?.elements ?? fieldsOf(visited, 'List')?.items;
  const values = items?.map((item) => valueOf(item, given));
  return values?.includes(undefined) === true ? undefined : values;
}

function constantOf({ ival, fval, sval, boolval, isnull }: FieldsOf<'A_Const'>): unknown {
  if (isnull === true) return null;
  if (sval !== undefined) return sval.sval ?? '';
  if (fval !== undefined) return fval.fval;
  if (boolval !== undefined) return boolval.boolval ?? false;
  // The parser leaves zero out. What has none of these is a string of bits.
  return ival === undefined ? undefined : (ival.ival ?? 0);
}

/** `IN (1, 2)` as the `= ANY` that the asked statement has for it. */
function asList(asked: unknown, other: unknown): unknown {
  const [one, two] = [expressionOf(asked), expressionOf(other)];
  const kind = two?.kind === 'AEXPR_IN' && one !== null ? one.kind : undefined;
  if (kind !== 'AEXPR_OP_ANY' && kind !== 'AEXPR_OP_ALL') return other;
  return { A_Expr: { ...two, kind } };
}

function expressionOf(node: unknown): FieldsOf<'A_Expr'> | null {
  const visited = wrapperOf(node);
  return visited === null ? null : fieldsOf(visited, 'A_Expr');
}
