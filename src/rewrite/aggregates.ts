import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { addsExactly, isExact } from './equality.ts';
import type { Statement } from './statement.ts';

export type Call = FieldsOf<'FuncCall'>;

/**
 * Whether an aggregate gives the same in whatever order its rows come, and nothing but NULL or, for a count, 0 for no
 * rows. Sums of floating-point numbers depend on the order, the scale of a numeric result on nothing.
 */
export function isOrderFree(call: Call, statement: Statement): boolean {
  const name = aggregateName(call);
  const [argument, more] = call.args ?? [];
  if (call.over !== undefined || call.agg_order !== undefined || call.agg_within_group === true) return false;
  if (name === 'count') return more === undefined;
  if (argument === undefined || more !== undefined) return false;
  if (name === 'bool_and' || name === 'bool_or' || name === 'every') return true;
  const facts = statement.leads.get(argument)?.column.facts ?? null;
  if (facts === null) return false;
  if (name === 'sum' || name === 'avg') return addsExactly(facts);
  return (name === 'min' || name === 'max') && isExact(facts);
}

/** Of the catalog, without its schema; null for what has another schema. */
export function aggregateName({ funcname }: Call): string | null {
  const names = namesOf(funcname);
  return names.length === 1 || names[0] === 'pg_catalog' ? (names.at(-1) ?? null) : null;
}
