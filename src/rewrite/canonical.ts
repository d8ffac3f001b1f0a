import { isRecord } from '../sql/walk.ts';
import { isLocation } from './nodes.ts';

/** What the parser writes where a statement says nothing. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  typemod: -1,
  relpersistence: 'p',
  limitOption: 'LIMIT_OPTION_DEFAULT',
  op: 'SETOP_NONE',
  funcformat: 'COERCE_EXPLICIT_CALL',
  ctematerialized: 'CTEMaterializeDefault',
  sortby_dir: 'SORTBY_DEFAULT',
  sortby_nulls: 'SORTBY_NULLS_DEFAULT',
  row_format: 'COERCE_IMPLICIT_CAST',
};

/**
 * A tree in the one form that says what it means: without places in the text, without defaults, `a AND (b AND c)` as
 * one list. Two trees with the same form are the same statement.
 */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  const fields = Object.fromEntries(
    Object.entries(value)
      .filter(([name, child]) => !isLocation(name) && child !== undefined && DEFAULTS[name] !== child)
      .map(([name, child]) => [name, canonical(child)]),
  );
  const { boolop, args } = fields;
  if ((boolop !== 'AND_EXPR' && boolop !== 'OR_EXPR') || !Array.isArray(args)) return fields;
  return { ...fields, args: args.flatMap((part) => argumentsOf(part, boolop)) };
}

function argumentsOf(part: unknown, boolop: string): unknown[] {
  const inner = isRecord(part) ? part['BoolExpr'] : undefined;
  return isRecord(inner) && inner['boolop'] === boolop && Array.isArray(inner['args'])
    ? inner['args']
    : [part];
}
