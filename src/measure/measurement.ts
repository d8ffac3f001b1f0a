/** A statement's time and blocks, measured. The JSON form is part of the command line's contract. */
export interface Measurement {
  readonly medianMs: number;
  /** 95 % interval of the median. */
  readonly ci95Ms: readonly [low: number, high: number];
  readonly runs: number;
  /** Shared blocks hit and read by one execution, planning excluded; null where not measured. */
  readonly sharedBlocks: number | null;
  /** `target`, or the name of the lab. */
  readonly where: string;
}

/** before / after: 2 means twice as fast. */
export interface Speedup {
  readonly ratio: number;
  readonly ci95: readonly [low: number, high: number];
}

export type RowsComparison = 'same' | 'different' | 'incomparable' | 'not-applicable';
