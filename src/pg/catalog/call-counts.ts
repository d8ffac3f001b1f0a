import { quoteName } from '../../sql/quote.ts';
import type { Session } from '../session.ts';
import { schemaOfCounts } from './statement-counts.ts';

/** What `pg_stat_statements` counted of one shape of statement. */
export interface CallCount {
  /** With `$n` for its constants. */
  readonly query: string;
  readonly calls: number;
  /** Execution, without planning. */
  readonly totalMs: number;
  /** Since it was first counted. */
  readonly seconds: number;
}

const MOST_STATEMENTS = 2_000;

/**
 * What was counted in this database of the statements that name all of these tables, most calls first. None where the
 * extension is not there or not loaded, or where their text may not be seen.
 */
export async function readCallCounts(session: Session, tableNames: readonly string[]): Promise<CallCount[]> {
  const schema = await schemaOfCounts(session);
  if (schema === null) return [];
  // Versions of the extension before 1.11 do not say since when each is counted.
  return session.query<CallCount>(
    `SELECT query, sum(calls)::float8 AS calls, sum(total_exec_time)::float8 AS "totalMs",
            extract(epoch FROM now() - min(coalesce((to_jsonb(s) ->> 'stats_since')::timestamptz, i.stats_reset)))::float8 AS seconds
       FROM ${quoteName(schema)}.pg_stat_statements s, ${quoteName(schema)}.pg_stat_statements_info i
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel
        AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS t(name) WHERE position(lower(t.name) IN lower(query)) = 0)
      GROUP BY query ORDER BY calls DESC LIMIT ${MOST_STATEMENTS}`,
    [tableNames],
  );
}
