import type { TuningServer } from '../../tuning/server.ts';
import type { SettingFacts } from '../../tuning/setting.ts';
import type { Session } from '../session.ts';
import { withCanonicalOutput } from './canonical-output.ts';

/** What the rules of configuration have to know of a server. A role that may not see all settings gets fewer. */
export async function readTuningServer(session: Session): Promise<TuningServer> {
  // With the role's own search path somebody's view could answer instead of the catalog.
  return withCanonicalOutput(session, async () => {
    const [server] = await session.query<Omit<TuningServer, 'settings' | 'offline'>>(
      `SELECT current_setting('server_version_num')::int AS "versionNumber",
              pg_jit_available() AS "jitAvailable",
              ARRAY(SELECT name::text FROM pg_available_extensions ORDER BY name) AS "libraries",
              (SELECT wal_bytes::float8 / seconds
                 FROM pg_stat_wal, LATERAL (SELECT extract(epoch FROM now() - stats_reset)::float8 AS seconds) AS counted
                WHERE seconds >= 3600) AS "logBytesPerSecond",
              (SELECT count(*)::int FROM pg_stat_replication) AS "standbys",
              -- Who may not see a session is not told its kind; what has a user and a database is a client.
              (SELECT count(*)::int FROM pg_stat_activity
                WHERE coalesce(application_name, '') NOT LIKE 'pitstop %'
                  AND coalesce(backend_type = 'client backend', datid IS NOT NULL AND usesysid IS NOT NULL)) AS "connected",
              NOT pg_has_role('pg_read_all_settings', 'USAGE') AS "hidesSettings"`,
    );
    if (server === undefined) throw new Error('the server says nothing of itself');
    return { ...server, settings: await readSettingFacts(session), offline: false };
  });
}

/**
 * Every setting that the role may see, as the session began with it: what this session has set itself is not what the
 * server has. The program of 14 begins with 8 MB of `shared_buffers`, of which nobody hears, since `initdb` writes 128 MB
 * into the file: that is the default, as it is in the program from 15 on. What a server computes at its start of other
 * settings, and of which nobody has said anything, it computes anew once those change: then it is not a value.
 */
export async function readSettingFacts(session: Session): Promise<ReadonlyMap<string, SettingFacts>> {
  const rows = await session.query<SettingFacts>(
    `SELECT name, vartype AS "type", nullif(unit, '') AS "unit", context,
            CASE WHEN name IN ('wal_buffers', 'io_max_concurrency') AND source IN ('default', 'override') THEN boot_val
                 ELSE coalesce(reset_val, setting, '') END AS "value", CASE WHEN name = 'shared_buffers' AND boot_val = '1024' THEN '16384' ELSE coalesce(boot_val, '') END AS "boot",
            min_val AS "min", max_val AS "max", enumvals AS "allowed", source,
            pending_restart AS "pendingRestart"
       FROM pg_settings ORDER BY name`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}
