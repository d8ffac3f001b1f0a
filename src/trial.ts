import type { Proposal } from './change.ts';
import type { Observation } from './experiment.ts';
import type { RowsDigest } from './measure/digest.ts';
import type { Measurement, RowsComparison, Speedup } from './measure/measurement.ts';
import type { Pair } from './measure/statistics.ts';

/** A proposal with what a lab saw of it. */
export type Trial = MeasuredTrial | ObservedTrial | UnmeasuredTrial;

/** What an experiment saw: no statement was timed with the change and without it. */
interface ObservedTrial extends Observation {
  readonly state: 'observed';
  readonly proposal: Proposal;
}

export interface MeasuredTrial {
  readonly state: 'measured';
  readonly proposal: Proposal;
  readonly accepted: boolean;
  readonly reason: TrialReason;
  readonly before: Measurement;
  readonly after: Measurement;
  readonly speedup: Speedup;
  /** The statement without the change was stopped at the cut-off: ratio and `before` are lower bounds. */
  readonly lowerBound: boolean;
  readonly rows: RowsComparison;
  /** Rows per parameter set, as returned with the change. */
  readonly rowCounts: readonly number[];
  readonly pairs: readonly Pair[];
  /** Size of what the change builds. */
  readonly sizeBytes: number;
  /** How long making the change took, in milliseconds; missing where it was not timed. */
  readonly buildMs?: number;
  /** The plan with the change, as the server's JSON. */
  readonly planAfter: unknown;
  /**
   * Whether a plan that the server makes without knowing the parameters uses the index, too; missing where there are no
   * parameters, or no index.
   */
  readonly genericPlan?: GenericPlan;
}

export type GenericPlan = 'used' | 'not-used';

/** Nothing was measured: the planner ignores the change, or the lab could not make it. */
interface UnmeasuredTrial {
  readonly state: 'not-used' | 'impossible';
  readonly proposal: Proposal;
  readonly accepted: false;
  readonly reason: TrialReason;
}

export interface TrialReason {
  readonly code: string;
  readonly message: string;
}

/** What the statement does today, where the lab stands. */
export interface Baseline {
  /** As the server's JSON; without actual times where the statement did not finish before the cut-off. */
  readonly plan: unknown;
  readonly measurement: Measurement;
  readonly runsMs: readonly number[];
  readonly rowCounts: readonly number[];
  /** What it returned, by parameter set; none where older versions wrote it down, or it did not finish. */
  readonly digests?: readonly RowsDigest[];
  /** The statement did not finish before the cut-off; the measurement is a lower bound. */
  readonly lowerBound: boolean;
}
