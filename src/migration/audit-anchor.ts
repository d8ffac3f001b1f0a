import type { Anchor } from '../audit/anchors.ts';
import type { AuditHead } from '../audit/log.ts';
import { PitstopError } from '../errors.ts';
import type { Session } from '../pg/session.ts';

/** Creates the table of anchors in the schema of the ledger, which is there. */
export async function createAnchorTable(session: Session): Promise<void> {
  await session.query(`
    CREATE TABLE pitstop.audit_anchor (
      log_id uuid NOT NULL,
      seq bigint NOT NULL CHECK (seq > 0),
      head text NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      role name NOT NULL DEFAULT session_user,
      PRIMARY KEY (log_id, seq))`);
}

/** Keeps a head of the audit log where who can rewrite the log's file cannot. Needs INSERT on the table, nothing else. */
export async function anchorHead(session: Session, { logId, seq, hash }: AuditHead): Promise<void> {
  await session.query('INSERT INTO pitstop.audit_anchor (log_id, seq, head) VALUES ($1, $2, $3)', [
    logId,
    seq,
    hash,
  ]);
}

/** The anchors of one log, the oldest first, and how many other logs have some. */
export interface FoundAnchors {
  readonly anchors: readonly Anchor[];
  readonly otherLogs: number;
}

/** Null where the database has no table of anchors. `logId` null asks for the others only. */
export async function readAnchors(session: Session, logId: string | null): Promise<FoundAnchors | null> {
  const [table] = await session.query<{ readable: boolean; role: string }>(`
    SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
           current_user::text AS role
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'pitstop' AND c.relname = 'audit_anchor'`);
  if (table === undefined) return null;
  if (!table.readable) {
    throw new PitstopError(
      'permission-denied',
      `role ${table.role} may not read the anchors of the audit log`,
      {
        hint: `GRANT USAGE ON SCHEMA pitstop TO ${table.role}; GRANT SELECT ON pitstop.audit_anchor TO ${table.role}.`,
      },
    );
  }
  const anchors = await session.query<Anchor>(
    `SELECT seq::float8 AS seq, head AS hash, role::text AS role,
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM pitstop.audit_anchor WHERE log_id::text = $1 ORDER BY pitstop.audit_anchor.seq`,
    [logId],
  );
  const [others] = await session.query<{ count: number }>(
    'SELECT count(DISTINCT log_id)::int AS count FROM pitstop.audit_anchor WHERE log_id::text IS DISTINCT FROM $1',
    [logId],
  );
  return { anchors, otherLogs: others?.count ?? 0 };
}
