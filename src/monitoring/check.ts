import { z } from 'zod';
import type { Area } from './areas.ts';
import type { AnyRow, Sample } from './sample.ts';
import type { Level, Threshold, Unit } from './threshold.ts';

/** A check as its file writes it. Pure: the engine reads, remembers, and holds alerts back. */
export interface CheckDefinition<Row extends object> {
  /** In kebab case; the name of its file. */
  readonly name: string;
  readonly area: Area;
  /** What the number is; one line for the documentation. */
  readonly summary: string;
  /** What to do about a breach; one sentence. An observation that knows more has its own. */
  readonly advice: string;
  /** Whether it sees all databases of the server or only the one that the session is in. */
  readonly scope: 'cluster' | 'database';
  readonly unit: Unit;
  /** Null where the check says itself which level an observation has, or where there is nothing to breach. */
  readonly threshold: Threshold | null;
  readonly needs?: Needs;
  /**
   * Seconds that its answer stands where a round comes sooner. For what goes over the catalog, and so costs by the number of
   * tables, and does not change within minutes.
   */
  readonly standsFor?: number;
  /**
   * By rising version: the last one that the server is new enough for is read. On a server that is older than the first
   * the check is not available, which is said.
   */
  readonly sql: readonly SqlVariant[];
  /** Validates a row of the answer, of every variant. What comes out must be the same after a way through JSON. */
  readonly row: z.ZodType<Row>;
  /**
   * Which of its rows are kept in the history: none; those of the last minutes, for rates; or also older ones, thinned
   * out, for forecasts.
   */
  readonly remembers: 'nothing' | 'last' | 'series';
  readonly metrics: readonly Metric<Row>[];
  /** Nothing found is `ok`: a check whose rows are the problems returns an observation for each. */
  readonly observe: (sample: Sample<Row>) => readonly Draft[];
}

/** Of what is asked of all tables or indexes: with 5,000 tables one such answer takes up to 125 ms (docs/monitoring.md). */
export const CATALOG_SECONDS = 300;

/** What has to be there for the check to see what it looks at. */
export interface Needs {
  /** A predefined role. Without its rights the server shows the rows of other roles as NULL, which is not zero. */
  readonly role?: 'pg_read_all_stats' | 'pg_read_all_settings' | 'pg_stat_scan_tables' | 'pg_monitor';
  /** An extension of this database; `@extschema@` in the SQL stands for the schema that it is in. */
  readonly extension?: string;
  /** On the other kind of server the check has nothing to look at. */
  readonly server?: 'primary' | 'standby';
  /**
   * The file systems of the server, which are seen only where it runs on this machine: the statement answers with places
   * (`PLACES_SQL`), and the rows are the volumes that they are on.
   */
  readonly volumes?: true;
}

interface SqlVariant {
  /** Major version from which on the server answers it: 14 and up. */
  readonly from: number;
  /**
   * One statement that only reads, without parameters. Names outside `pg_catalog` need their schema. Numbers are cast to
   * `float8` and times to `extract(epoch FROM …)::float8`, or the driver hands out text and dates; what can be many rows
   * is ordered by what is worst and has a `LIMIT`.
   */
  readonly sql: string;
}

/** A number for Prometheus: one sample for each row, as the server counts it. */
export interface Metric<Row> {
  /** Without the prefix `pitstop_`; a counter ends with `_total`. Base units: seconds, bytes, ratios from 0 to 1. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly labels: Readonly<Record<string, (row: Row) => string>>;
  /** Null where a row has none. */
  readonly value: (row: Row) => number | null;
}

/** An observation as a check makes it. */
export interface Draft {
  /** What it is about: `cluster`, a database, `schema.table`. The same in every round: alerts are held by it. */
  readonly subject: string;
  /** In the check's unit; null where it cannot be told, which is `unknown`. */
  readonly value: number | null;
  /** One sentence with the numbers. */
  readonly message: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly advice?: string;
  /** Instead of what the threshold says of the value. */
  readonly level?: Level;
  /** However bad the value is: of what may be passing, since it was not seen for long enough. */
  readonly atMost?: 'warning';
}

/** A check as the engine uses it; closed over the type of its rows. */
export interface Check extends Omit<CheckDefinition<AnyRow>, 'row'> {
  /** The rows of an answer or of the history, validated; throws `ZodError`. */
  readonly parse: (rows: unknown) => readonly AnyRow[];
}

/** Closes over the type of one check's rows, so that the registry can hold all checks alike. */
export function defineCheck<Row extends object>(definition: CheckDefinition<Row>): Check {
  const { row, ...rest } = definition;
  const rows = z.array(row);
  // Whoever hands rows to `observe` and `metrics` has them from `parse`.
  return { ...rest, parse: (raw: unknown) => rows.parse(raw) } as unknown as Check;
}
