import type { MonitoredServer } from '../monitoring/server.ts';
import type { Session } from '../pg/session.ts';

/** Who and what answers, and with which rights; every version from 14 on answers it, and every role. */
export async function readMonitoredServer(session: Session): Promise<MonitoredServer> {
  const [row] = await session.query<MonitoredServer>(SQL);
  if (row === undefined) throw new Error('the server does not say who it is');
  return row;
}

const SQL = `
  SELECT pg_catalog.current_setting('server_version_num')::int AS "versionNumber",
         (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS "systemIdentifier",
         d.datname::text AS database,
         d.oid::int8::float8 AS "databaseOid",
         extract(epoch FROM pg_catalog.clock_timestamp())::float8 AS at,
         extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS "startedAt",
         pg_catalog.pg_is_in_recovery() AS "inRecovery",
         (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()) AS timeline,
         current_user::text AS role,
         (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS superuser,
         ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles
                WHERE rolname LIKE 'pg\\_%' AND pg_catalog.pg_has_role(oid, 'USAGE') ORDER BY 1) AS memberships,
         (SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                   'name', e.extname, 'version', e.extversion, 'schema', pg_catalog.quote_ident(n.nspname))), '[]')
            FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace) AS extensions
    FROM pg_catalog.pg_database d
   WHERE d.datname = pg_catalog.current_database()`;
