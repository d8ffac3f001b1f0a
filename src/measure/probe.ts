/** What tells whether a change helps: one read-only statement, run with each of its parameter sets. */
export interface Probe {
  readonly sql: string;
  /** At least one; an empty array for a statement without parameters. */
  readonly parameterSets: readonly (readonly unknown[])[];
}
