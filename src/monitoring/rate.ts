import type { Sample } from './sample.ts';

/** How fast counters of one row have grown, or why that cannot be told. */
export type Rates<Name extends string> =
  | {
      readonly seconds: number;
      readonly delta: Readonly<Record<Name, number>>;
      readonly perSecond: Readonly<Record<Name, number>>;
      readonly missing?: never;
    }
  | { readonly missing: string };

/** Which of a row's numbers are counters, and what they belong to. */
export interface Counters<Row, Name extends string> {
  /** The same for the same thing in every round: a database's name. */
  readonly key: (row: Row) => string;
  readonly counters: (row: Row) => Readonly<Record<Name, number>>;
  /** When the counters were last set to zero, as the server says it; null where it was never. */
  readonly reset: (row: Row) => number | string | null;
}

/**
 * The rates of each row since the earlier sample. None where the counters were reset in between: `stats_reset` is
 * another one, or a counter is lower than it was (a crash resets without saying so). The difference would be wrong, not
 * small.
 */
export function ratesOf<Row, Name extends string>(
  { rows, earlier }: Pick<Sample<Row>, 'rows' | 'earlier'>,
  { key, counters, reset }: Counters<Row, Name>,
): readonly { readonly row: Row; readonly rates: Rates<Name> }[] {
  if (earlier.missing !== undefined) {
    const { missing } = earlier;
    return rows.map((row) => ({ row, rates: { missing } }));
  }
  const { seconds } = earlier;
  const before = new Map(earlier.rows.map((row) => [key(row), row]));
  return rows.map((row) => {
    const old = before.get(key(row));
    if (old === undefined) return { row, rates: { missing: 'it was not there before' } };
    if (reset(row) !== reset(old)) return { row, rates: { missing: 'the statistics were reset in between' } };
    return { row, rates: growth(counters(old), counters(row), seconds) };
  });
}

function growth<Name extends string>(
  before: Readonly<Record<Name, number>>,
  now: Readonly<Record<Name, number>>,
  seconds: number,
): Rates<Name> {
  const names = Object.keys(now) as Name[];
  if (names.some((name) => now[name] < before[name]))
    return { missing: 'a counter went down: the statistics were reset in between' };
  const each = (of: (name: Name) => number) =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, number>;
  const delta = each((name) => now[name] - before[name]);
  return { seconds, delta, perSecond: each((name) => delta[name] / seconds) };
}
