import type { BouncerPlan } from './pooling/pgbouncer/plan.ts';

/**
 * What can be tried where no statement is timed with a change and without it, by name, with what each has to know. Plain
 * data: a step kind asks for one in a proposal, and sees what it showed in the trial. Each is conducted by a file of its
 * name in `pipeline/experiments/`.
 */
export interface Experiments {
  /** Whether a server of our own starts with these settings, as `postgresql.conf` would have them. */
  readonly 'start-server': { readonly settings: Readonly<Record<string, string>> };
  /** What the sessions of the target do, over a while, and what of a session its users rely on. */
  readonly 'sample-connections': object;
  /** What gets through pools of several sizes, the smallest first. */
  readonly 'sweep-pool': { readonly sizes: readonly number[] };
  /** What becomes of more clients than a server lets in, with a configuration of PgBouncer and without. */
  readonly 'storm-pooler': { readonly plan: BouncerPlan; readonly maxConnections: number };
  /** What all checks of `pitstop monitor` say of the target, read once. */
  readonly 'take-baseline': object;
  /** What two servers of our own do with the same work, one with these settings on top of those of the target. */
  readonly 'prove-configuration': {
    readonly settings: readonly { readonly name: string; readonly value: string }[];
    /** `pg_stat_statements top 5`, or a file of SQL: on a copy of what they read; null for a built-in mix. */
    readonly statements: string | null;
  };
}

export type ExperimentName = keyof Experiments;

export type Experiment = {
  readonly [Name in ExperimentName]: { readonly type: Name } & Experiments[Name];
}[ExperimentName];

/** What an experiment showed. */
export interface Observation {
  /** Whether the change that asked for it may be made. */
  readonly accepted: boolean;
  /** Why, or why not. */
  readonly reason: { readonly code: string; readonly message: string };
  /** Plain data, for the kind that asked and for the evidence. */
  readonly observations: unknown;
  /** Where it was seen: `a server of our own`. */
  readonly where: string;
}
