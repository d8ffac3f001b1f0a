/** Something wrong that a plan or the facts show, with the numbers that show it. */
export interface Finding {
  /** Stable, kebab-case: `sequential-scan`, `stale-statistics`, … */
  readonly code: string;
  /** One sentence for people, numbers included. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly advice?: string;
  /** The `id` of the plan's node that shows it; left out where it is about the whole statement, or about no plan. */
  readonly node?: number;
  /** The relation it concerns. */
  readonly relation: { readonly schema: string; readonly name: string } | null;
  /**
   * Milliseconds of the statement's time spent there; orders findings, worst first. Null where unknown, and for mere
   * notes: what costs time makes a statement one that can be bettered.
   */
  readonly costMs: number | null;
  readonly numbers: Readonly<Record<string, number | string>>;
}
