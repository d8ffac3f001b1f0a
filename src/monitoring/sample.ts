import type { MonitoredServer } from './server.ts';

/** A row that can be kept as JSON. */
export type AnyRow = Readonly<Record<string, unknown>>;

/** What a check read, and what it remembers. */
export interface Sample<Row> {
  readonly rows: readonly Row[];
  /** What this check read before, as a basis for rates. */
  readonly earlier: Earlier<Row>;
  /** All that this check remembers, oldest first, this round's rows last: for forecasts. */
  readonly history: readonly Past<Row>[];
  readonly server: MonitoredServer;
}

/** The rows of an earlier round and how long ago that is, or why nothing can be compared with this round. */
export type Earlier<Row> =
  | { readonly rows: readonly Row[]; readonly seconds: number; readonly missing?: never }
  | { readonly missing: string };

export interface Past<Row> {
  /** Seconds since 1970, by the server's clock. */
  readonly at: number;
  readonly rows: readonly Row[];
}
