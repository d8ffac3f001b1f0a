import type { SessionLook } from '../../../pooling/facts.ts';
import type { Session } from '../../session.ts';

/**
 * One look at the sessions of this database. A role without `pg_read_all_stats` sees of others' sessions that they are
 * there, not what they do: those are `hidden`, never idle. Walsenders do not count: they have connections of their own.
 */
export async function readSessionLook(session: Session): Promise<SessionLook> {
  const [row] = await session.query<SessionLook>(
    `WITH seen AS (
       SELECT datname = current_database() AS here, state, backend_type,
              -- Who may not see a session is not told its kind either; what has a user and a database is a client.
              backend_type IS NULL AND datid IS NOT NULL AND usesysid IS NOT NULL AS hidden
         FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND coalesce(application_name, '') NOT LIKE 'pitstop %')
     SELECT count(*) FILTER (WHERE here AND client AND state IN ('active', 'fastpath function call'))::int AS active,
            count(*) FILTER (WHERE here AND client AND state LIKE 'idle in transaction%')::int AS "idleInTransaction",
            count(*) FILTER (WHERE here AND client AND (state IN ('idle', 'starting', 'disabled') OR state IS NULL))::int AS idle,
            count(*) FILTER (WHERE here AND hidden)::int AS hidden,
            count(*) FILTER (WHERE here AND backend_type = 'parallel worker')::int AS "parallelWorkers",
            count(*) FILTER (WHERE NOT here AND (client OR hidden))::int AS elsewhere
       FROM seen, LATERAL (SELECT backend_type = 'client backend' AS client) AS kind`,
  );
  if (row === undefined) throw new Error('pg_stat_activity did not answer');
  return row;
}
