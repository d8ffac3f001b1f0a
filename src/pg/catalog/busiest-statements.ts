import { quoteName } from '../../sql/quote.ts';
import type { Session } from '../session.ts';
import { schemaOfCounts } from './statement-counts.ts';

/** A shape of statements with what all its calls together took. */
export interface BusyStatement {
  /** With `$n` for its constants. */
  readonly query: string;
  readonly calls: number;
  /** Execution, without planning. */
  readonly totalMs: number;
}

export interface BusiestStatements {
  /** Most time first. */
  readonly statements: readonly BusyStatement[];
  /** Of all statements that clients sent to the database, but for those that look into the server's catalogs and views. */
  readonly totalMs: number;
  /** Statements of others whose text the role may not see. */
  readonly hidden: number;
}

/** Texts that are looked at; a server keeps 5,000 by default, and most of them took next to nothing. */
const MOST_STATEMENTS = 500;

/**
 * The statements of this database that took most time, as `pg_stat_statements` counted them since its last reset. Null
 * where the extension is not there or not loaded.
 */
export async function readBusiestStatements(session: Session): Promise<BusiestStatements | null> {
  const schema = await schemaOfCounts(session);
  if (schema === null) return null;
  const counted = `${quoteName(schema)}.pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  const [sums] = await session.query<{ totalMs: number; hidden: number }>(
    `SELECT coalesce(sum(total_exec_time) FILTER (WHERE toplevel AND query !~ '\\mpg_'), 0)::float8 AS "totalMs",
            count(*) FILTER (WHERE query IS NULL OR query = '<insufficient privilege>')::int AS hidden FROM ${counted}`,
  );
  const statements = await session.query<BusyStatement>(
    `SELECT query, sum(calls)::float8 AS calls, sum(total_exec_time)::float8 AS "totalMs"
       FROM ${counted} AND query <> '<insufficient privilege>' AND query ~* '\\m(?:select|with|values|table)\\M'
      GROUP BY query ORDER BY "totalMs" DESC, query LIMIT ${MOST_STATEMENTS}`,
  );
  return { statements, totalMs: sums?.totalMs ?? 0, hidden: sums?.hidden ?? 0 };
}
