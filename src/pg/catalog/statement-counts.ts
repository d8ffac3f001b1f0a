import type { StatementCount, StatementCounts } from '../../measure/write-load.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Session } from '../session.ts';

/** Most rows of the server's list that are read, busiest first; by default it holds 5,000. */
const MOST_STATEMENTS = 2_000;

/**
 * What `pg_stat_statements` counted in this database of the statements that name one of the tables. Null where the
 * extension is not there or not loaded. Statements of others, which a role without `pg_read_all_stats` may not see, are
 * missing.
 */
export async function readStatementCounts(
  session: Session,
  tableNames: readonly string[],
): Promise<StatementCounts | null> {
  const found = await schemaOfCounts(session);
  if (found === null) return null;
  const schema = quoteName(found);
  const statements = await session.query<StatementCount>(
    `SELECT query, sum(calls)::float8 AS calls, sum(rows)::float8 AS rows
       FROM ${schema}.pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND EXISTS (SELECT FROM unnest($1::text[]) AS t(name) WHERE position(lower(t.name) IN lower(query)) > 0)
      GROUP BY query ORDER BY calls DESC LIMIT ${MOST_STATEMENTS}`,
    [tableNames],
  );
  const [since] = await session.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM now() - stats_reset)::float8 AS seconds FROM ${schema}.pg_stat_statements_info`,
  );
  return { statements, seconds: since?.seconds ?? null };
}

/** Where `pg_stat_statements` is, as far as it can be read; null where the extension is not there or not loaded. */
export async function schemaOfCounts(session: Session): Promise<string | null> {
  const [extension] = await session.query<{ schema: string }>(
    // The setting is there where the library is loaded; without it the view fails.
    `SELECT n.nspname::text AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = 'pg_stat_statements' AND current_setting('pg_stat_statements.max', true) IS NOT NULL
        AND has_schema_privilege(n.oid, 'USAGE')
        AND EXISTS (SELECT FROM pg_class v WHERE v.relnamespace = n.oid AND v.relname = 'pg_stat_statements_info')`,
  );
  return extension?.schema ?? null;
}
