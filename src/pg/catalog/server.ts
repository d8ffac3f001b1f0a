import type { Session } from '../session.ts';
import { withCanonicalOutput } from './canonical-output.ts';

/** Who and what answers at the other end. */
export interface ServerFacts {
  readonly versionNumber: number;
  readonly version: string;
  readonly readOnly: boolean;
  readonly inRecovery: boolean;
  /** When this very server started: what a physical copy does not share. */
  readonly startedAt: string;
  readonly database: string;
  readonly databaseOid: number;
  /** Text: it exceeds what a JavaScript number holds. */
  readonly systemIdentifier: string;
  readonly role: string;
  readonly standbys: number;
  /** `ALTER DATABASE … SET pitstop.environment = '…'`, or null. */
  readonly environmentMarker: string | null;
  readonly mayCreateSchema: boolean;
}

/**
 * The marker is read where the database keeps it, not with `current_setting`: a connection option could set that.
 * `pg_control_system()` and `pg_stat_replication` answer ordinary roles too (measured on 18.4).
 */
export async function readServerFacts(session: Session): Promise<ServerFacts> {
  // With the role's own search path somebody's view could answer instead of the catalog.
  const [row] = await withCanonicalOutput(session, () =>
    session.query<ServerFacts>(`
    SELECT current_setting('server_version_num')::int AS "versionNumber",
           current_setting('server_version') AS "version",
           current_setting('transaction_read_only')::bool AS "readOnly",
           pg_is_in_recovery() AS "inRecovery",
           pg_postmaster_start_time()::text AS "startedAt",
           d.datname AS "database",
           d.oid::int8::float8 AS "databaseOid",
           (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
           current_user::text AS "role",
           (SELECT count(*)::int FROM pg_stat_replication) AS "standbys",
           (SELECT split_part(entry, '=', 2)
              FROM pg_db_role_setting s, unnest(s.setconfig) AS entry
             WHERE s.setdatabase = d.oid AND s.setrole = 0 AND entry LIKE 'pitstop.environment=%') AS "environmentMarker",
           has_database_privilege(d.oid, 'CREATE') AS "mayCreateSchema"
      FROM pg_database d
     WHERE d.datname = current_database()`),
  );
  if (row === undefined) throw new Error('pg_database has no row for the current database');
  return row;
}

/** The server's clock, which nobody on this machine can turn. */
export async function readServerTime(session: Session): Promise<Date> {
  const [row] = await session.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (row === undefined) throw new Error('the server does not say what time it is');
  return row.now;
}

/** The schemas that unqualified names are looked up in, as a value for `search_path`. */
export async function readSearchPath(session: Session): Promise<string> {
  const [row] = await session.query<{ path: string }>(
    `SELECT array_to_string(ARRAY(SELECT quote_ident(name) FROM unnest(current_schemas(false)) AS name), ', ') AS path`,
  );
  return row?.path ?? '';
}
