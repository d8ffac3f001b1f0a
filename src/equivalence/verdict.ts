import { textsOf } from './parameter-sets.ts';

/** Whether a rewritten statement gives what the original gives. */
export type EquivalenceVerdict =
  | { readonly verdict: 'same'; readonly checks: EquivalenceChecks }
  | {
      readonly verdict: 'differs';
      readonly counterExample: CounterExample;
      readonly checks: EquivalenceChecks;
    }
  | { readonly verdict: 'incomparable'; readonly reason: string; readonly checks: EquivalenceChecks };

/** What was looked at. */
export interface EquivalenceChecks {
  /** States of the data, the sample as it is among them. */
  readonly states: number;
  readonly parameterSets: number;
  /** Executions of both statements that were compared, on the real data and on made-up states. */
  readonly comparisons: number;
  /** Of those, how many gave rows. */
  readonly withRows: number;
  /** Of those, how many were on the real data. */
  readonly onRealData: number;
  /** States and parameters on which the original raises an error: they say nothing. */
  readonly originalRaised: number;
  /** Executions that one of the statements did not finish in time; after some the rest is left. */
  readonly timedOut: number;
  /** Constraints forbade this many of the rows and changes that were to be made up. */
  readonly forbidden: number;
}

export interface CounterExample {
  /** Where: `the data as it is`, `shop.orders.note is NULL in some rows`. */
  readonly state: string;
  readonly parameters: readonly unknown[];
  /** `3 rows instead of 4`, `other rows`, `another type: …`, what the server raised. */
  readonly difference: string;
  readonly columns: readonly string[];
  /** Rows that only one of the statements returns; long values are cut. */
  readonly onlyOriginal: readonly (readonly (string | null)[])[];
  readonly onlyRewrite: readonly (readonly (string | null)[])[];
}

export function counterExampleOf(
  state: string,
  parameters: readonly unknown[],
  difference: string,
  columns: readonly string[],
  rows: Pick<CounterExample, 'onlyOriginal' | 'onlyRewrite'> = { onlyOriginal: [], onlyRewrite: [] },
): CounterExample {
  return { state, parameters: textsOf(parameters), difference, columns, ...rows };
}
