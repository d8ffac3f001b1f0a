import type { ServerHardware } from '../../tuning/hardware/server.ts';
import { SERVICE_SIGNS } from '../../tuning/hardware/service-signs.ts';
import type { TimedReads } from '../../tuning/hardware/storage-class.ts';
import { sqlState } from '../failure.ts';
import type { Session } from '../session.ts';
import { inRolledBack } from '../transaction.ts';

/** Each file of each database is looked at for its size. */
const MOST_SIZING_MS = 5000;
/** The first version with `pg_stat_io`. */
const COUNTS_IO = 160_000;

/**
 * What a server says of itself and its machine. Answers any role, of PostgreSQL 14 or later: what a role may not see is
 * null, or counted as hidden.
 */
export async function readServerHardware(session: Session): Promise<ServerHardware> {
  const services = Object.values(SERVICE_SIGNS);
  const [row] = await session.query<Told>(TOLD, [
    services.flatMap(({ roles }) => roles),
    services.flatMap(({ settings }) => settings),
  ]);
  if (row === undefined) throw new Error('the server does not describe itself');
  const { versionNumber, timesReads, ...told } = row;
  return {
    ...told,
    ...(await readSizes(session)),
    timedReads: timesReads && versionNumber >= COUNTS_IO ? await readTimedReads(session) : null,
  };
}

type Told = Omit<ServerHardware, 'databaseBytes' | 'hiddenDatabases' | 'timedReads'> & {
  readonly versionNumber: number;
  readonly timesReads: boolean;
};

/** Settings count as the server has them, whatever role, database or connection say. */
const TOLD = `
  SELECT split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS "version",
         pg_catalog.current_setting('server_version_num')::int AS "versionNumber",
         pg_catalog.version() AS "build",
         (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS "isSuperuser",
         (SELECT setting::float8 * pg_catalog.current_setting('block_size')::int FROM pg_catalog.pg_settings WHERE name = 'shared_buffers') AS "sharedBuffersBytes",
         (SELECT reset_val::float8 * pg_catalog.current_setting('block_size')::int FROM pg_catalog.pg_settings WHERE name = 'effective_cache_size') AS "effectiveCacheBytes",
         pg_catalog.current_setting('max_connections')::int AS "maxConnections",
         ARRAY(SELECT name FROM pg_catalog.pg_settings
                WHERE name IN ('shared_buffers', 'effective_cache_size') AND reset_val <> boot_val) AS "configured",
         (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory') AS "dataDirectory",
         (SELECT reset_val = 'on' FROM pg_catalog.pg_settings WHERE name = 'track_io_timing') AS "timesReads",
         ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY ($1::text[])) AS "serviceRoles",
         ARRAY(SELECT name FROM pg_catalog.pg_settings, pg_catalog.unnest($2::text[]) AS start
                WHERE pg_catalog.starts_with(name, start)) AS "serviceSettings"`;

async function readSizes(
  session: Session,
): Promise<Pick<ServerHardware, 'databaseBytes' | 'hiddenDatabases'>> {
  const sizable = `pg_catalog.has_database_privilege(oid, 'CONNECT') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')`;
  const [counted] = await session.query<{ hidden: number }>(
    `SELECT pg_catalog.count(*)::int AS hidden FROM pg_catalog.pg_database WHERE NOT (${sizable})`,
  );
  const hiddenDatabases = counted?.hidden ?? 0;
  try {
    const [row] = await inRolledBack(session, async () => {
      await session.query(`SELECT pg_catalog.set_config('statement_timeout', $1, true)`, [
        `${MOST_SIZING_MS}`,
      ]);
      return session.query<{ bytes: number }>(
        `SELECT pg_catalog.sum(pg_catalog.pg_database_size(oid))::float8 AS bytes FROM pg_catalog.pg_database WHERE ${sizable}`,
      );
    });
    return { databaseBytes: row?.bytes ?? null, hiddenDatabases };
  } catch (error) {
    if (sqlState(error) === null) throw error;
    // The timeout, or somebody drops a database meanwhile.
    return { databaseBytes: null, hiddenDatabases };
  }
}

/** Reads from before the server timed them are counted, too: the mean is no more than a lower bound. */
async function readTimedReads(session: Session): Promise<TimedReads | null> {
  const [row] = await session.query<TimedReads>(
    `SELECT pg_catalog.sum(reads)::float8 AS "count", pg_catalog.sum(read_time)::float8 AS "totalMs"
       FROM pg_catalog.pg_stat_io
      WHERE object = 'relation' AND context = 'normal' AND reads > 0`,
  );
  return row === undefined || !(row.totalMs > 0) ? null : row;
}
