import type { FieldsOf } from '../sql/walk.ts';

export const TIMEOUTS = ['lock_timeout', 'statement_timeout', 'transaction_timeout'] as const;
export type Timeout = (typeof TIMEOUTS)[number];

/** A `SET` or `RESET` of a timeout: milliseconds, 0 for none; null where the server's default is back. */
export interface TimeoutSetting {
  readonly timeout: Timeout;
  readonly milliseconds: number | null;
  readonly isLocal: boolean;
}

/** The timeouts that a `SET`, `SET LOCAL` or `RESET` changes. */
export function timeoutsOf({
  kind,
  name = '',
  args,
  is_local,
}: FieldsOf<'VariableSetStmt'>): readonly TimeoutSetting[] {
  if (kind === 'VAR_RESET_ALL')
    return TIMEOUTS.map((timeout) => ({ timeout, milliseconds: null, isLocal: false }));
  const timeout = TIMEOUTS.find((known) => known === name.toLowerCase());
  if (timeout === undefined) return [];
  const [value] = args ?? [];
  const constant = value !== undefined && 'A_Const' in value ? value.A_Const : undefined;
  const milliseconds =
    kind === 'VAR_SET_VALUE' && constant !== undefined
      ? millisecondsOf(constant.sval?.sval ?? String(constant.ival?.ival ?? constant.fval?.fval ?? 0))
      : null;
  return [{ timeout, milliseconds, isLocal: is_local === true }];
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `2s`, `500`, `1.5 min` as the server reads them; null for what it would reject. */
function millisecondsOf(text: string): number | null {
  const [, number, unit = 'ms'] = /^\s*([\d.]+)\s*(us|ms|s|min|h|d)?\s*$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 1);
}
