import { z } from 'zod';
import { excerptWithoutConstants } from '../sql/excerpt.ts';

/** Long enough to know a statement by; the server keeps 1,024 bytes of what a session runs. */
const STATEMENT_LENGTH = 200;

/** The text of a statement, which is never kept or shown with its constants. The parser has to be loaded. */
export const statementText = z.string().transform((sql) => excerptWithoutConstants(sql, STATEMENT_LENGTH));

/** Who a session is. */
export interface SessionName {
  readonly pid: number;
  readonly role: string | null;
  readonly application: string | null;
}

export const SESSION_NAME = {
  pid: z.number(),
  role: z.string().nullable(),
  application: z.string().nullable(),
};

/** `pid 4711 (app, psql)`: its process, role and application. */
export function sessionWords({ pid, role, application }: SessionName): string {
  const names = [role, application].filter((name) => name !== null && name !== '');
  return names.length === 0 ? `pid ${pid}` : `pid ${pid} (${names.join(', ')})`;
}

/** The client session of each database that has gone on longest since some moment, and how many there are. */
export const OLDEST_SESSION = z.object({
  ...SESSION_NAME,
  database: z.string(),
  seconds: z.number(),
  state: z.string().nullable(),
  statement: statementText,
  sessions: z.number(),
});

/**
 * Rows of `OLDEST_SESSION`: of the client sessions for which `condition` holds the one whose `since` is oldest, for each
 * database. Our own session is none of them, nor is one that is still being opened: that is in a transaction, but in no
 * database yet. Both are SQL on the columns of `pg_stat_activity` as `a`.
 */
export function oldestSessions({ since, condition }: { since: string; condition: string }): string {
  return `
  SELECT database, pid, role, application, state, statement, seconds, sessions
    FROM (SELECT DISTINCT ON (a.datname)
                 a.datname::text AS database, a.pid, a.usename::text AS role, a.application_name AS application, a.state,
                 coalesce(a.query, '') AS statement,
                 greatest(0, extract(epoch FROM clock_timestamp() - ${since}))::float8 AS seconds,
                 (count(*) OVER (PARTITION BY a.datname))::float8 AS sessions
            FROM pg_stat_activity a
           WHERE a.backend_type = 'client backend' AND a.datname IS NOT NULL AND a.pid <> pg_backend_pid()
             AND ${since} IS NOT NULL AND ${condition}
           ORDER BY a.datname, ${since}) AS oldest
   ORDER BY seconds DESC
   LIMIT 100`;
}
