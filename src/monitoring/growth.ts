import type { Draft } from './check.ts';
import { ratesOf, type Counters, type Rates } from './rate.ts';
import type { Sample } from './sample.ts';

/** How the counters of a row have grown since the earlier sample. */
export type Grown<Name extends string> = Exclude<Rates<Name>, { readonly missing: string }>;

/** Rows with counters, and what is said of how they have grown. */
export interface Growth<Row, Name extends string> extends Counters<Row, Name> {
  /** Of what it is the rate, in the plural. */
  readonly of: string;
  /** Null where there is nothing to say of this row. */
  readonly draft: (row: Row, grown: Grown<Name>) => Draft | null;
}

type Rounds<Row> = Pick<Sample<Row>, 'rows' | 'earlier'>;

/** An observation for each row: what it says, or why there is no rate of it. */
export function observeEach<Row, Name extends string>(
  sample: Rounds<Row>,
  growth: Growth<Row, Name>,
): readonly Draft[] {
  return ratesOf(sample, growth)
    .map(({ row, rates }) =>
      rates.missing === undefined
        ? growth.draft(row, rates)
        : noRate(growth.key(row), growth.of, rates.missing),
    )
    .filter((draft) => draft !== null);
}

/**
 * Rows that come and go, such as tables and statements: those that have a rate. One that is new has none yet and is left
 * out; where not one has a rate, it says why.
 */
export function knownGrowth<Row, Name extends string>(
  { rows, earlier }: Rounds<Row>,
  counters: Counters<Row, Name>,
):
  | { readonly known: readonly { readonly row: Row; readonly grown: Grown<Name> }[] }
  | { readonly missing: string } {
  if (earlier.missing !== undefined) return { missing: earlier.missing };
  const rated = ratesOf({ rows, earlier }, counters);
  const known = rated.flatMap(({ row, rates }) =>
    rates.missing === undefined ? [{ row, grown: rates }] : [],
  );
  const [first] = rated;
  if (known.length === 0 && first?.rates.missing !== undefined) return { missing: first.rates.missing };
  return { known };
}

/** An observation for each row that has a rate; where none has one, that is said once, of `whole`. */
export function observeKnown<Row, Name extends string>(
  sample: Rounds<Row>,
  whole: string,
  growth: Growth<Row, Name>,
): readonly Draft[] {
  const found = knownGrowth(sample, growth);
  if ('missing' in found) return [noRate(whole, growth.of, found.missing)];
  return found.known.map(({ row, grown }) => growth.draft(row, grown)).filter((draft) => draft !== null);
}

/** What is said where there is nothing to compare with. */
export function noRate(subject: string, of: string, missing: string): Draft {
  return { subject, value: null, message: `no rate of ${of}: ${missing}` };
}
