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
 * The same for rows that come and go, such as tables and statements: one that has no rate yet is left out. Where not one
 * of them has a rate, that is said once, of `whole`.
 */
export function observeKnown<Row, Name extends string>(
  sample: Rounds<Row>,
  whole: string,
  growth: Growth<Row, Name>,
): readonly Draft[] {
  if (sample.earlier.missing !== undefined) return [noRate(whole, growth.of, sample.earlier.missing)];
  const rated = ratesOf(sample, growth);
  const known = rated.flatMap(({ row, rates }) => (rates.missing === undefined ? [{ row, rates }] : []));
  const [first] = rated;
  if (known.length === 0 && first?.rates.missing !== undefined)
    return [noRate(whole, growth.of, first.rates.missing)];
  return known.map(({ row, rates }) => growth.draft(row, rates)).filter((draft) => draft !== null);
}

/** What is said where there is nothing to compare with. */
export function noRate(subject: string, of: string, missing: string): Draft {
  return { subject, value: null, message: `no rate of ${of}: ${missing}` };
}
