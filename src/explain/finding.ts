/** Something wrong that a plan or the facts show, with the numbers that show it. */
export interface Finding {
  /** Stable, kebab-case: `sequential-scan`, `stale-statistics`, … */
  readonly code: string;
  /** One sentence for people, numbers included. */
  readonly message: string;
  /** The relation it concerns. */
  readonly relation: { readonly schema: string; readonly name: string } | null;
  /** Milliseconds of the statement's time spent there; orders findings, worst first. Null where unknown. */
  readonly costMs: number | null;
  readonly numbers: Readonly<Record<string, number | string>>;
}
