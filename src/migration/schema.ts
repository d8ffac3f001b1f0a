import { PitstopError } from '../errors.ts';
import type { Session } from '../pg/session.ts';
import { inTransaction } from '../pg/transaction.ts';
import { createAnchorTable } from './audit-anchor.ts';
import { chainOf } from './chain.ts';

const LEDGER_VERSION = 2;

/**
 * The ledger's tables. Rows of `migration` are attempts: none is ever used again, so that the chain over their bytes
 * stays true, and at most one of a name is in force. An approval is used once: its row is its consumption.
 */
const TABLES: readonly string[] = [
  `CREATE TABLE pitstop.ledger (
     version integer NOT NULL PRIMARY KEY,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  `CREATE TABLE pitstop.approval_use (
     approval uuid PRIMARY KEY,
     request text NOT NULL,
     request_sha256 text NOT NULL,
     method text NOT NULL CHECK (method IN ('terminal', 'ssh')),
     approver text NOT NULL,
     environment text NOT NULL,
     issued timestamptz NOT NULL,
     expires timestamptz NOT NULL,
     payload text,
     signature text,
     used_by name NOT NULL DEFAULT session_user,
     used_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  `CREATE TABLE pitstop.migration (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name text NOT NULL,
     up_text text NOT NULL,
     up_sha256 text NOT NULL,
     down_sha256 text NOT NULL,
     chain_sha256 text NOT NULL,
     reverts bigint REFERENCES pitstop.migration,
     task_file text,
     item text,
     environment text NOT NULL,
     state text NOT NULL CHECK (state IN ('running', 'applied', 'failed', 'reverted', 'needs-repair')),
     transactional boolean NOT NULL,
     intent jsonb NOT NULL,
     built jsonb NOT NULL DEFAULT '[]',
     approval uuid REFERENCES pitstop.approval_use,
     backend_pid integer NOT NULL,
     backend_start timestamptz NOT NULL,
     begun_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
     applied_xid xid8,
     started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     finished_at timestamptz,
     error text)`,
  `CREATE UNIQUE INDEX migration_in_force ON pitstop.migration (name)
     WHERE reverts IS NULL AND state IN ('running', 'applied', 'needs-repair')`,
  `CREATE UNIQUE INDEX migration_one_revert ON pitstop.migration (reverts)
     WHERE state IN ('running', 'needs-repair')`,
];

/** From version 1, whose rows were used again by later attempts and kept no text. */
const FROM_VERSION_1: readonly string[] = [
  ...TABLES.slice(1, 2),
  `ALTER TABLE pitstop.migration
     DROP CONSTRAINT migration_name_key,
     DROP CONSTRAINT migration_state_check,
     ADD CONSTRAINT migration_state_check CHECK (state IN ('running', 'applied', 'failed', 'reverted', 'needs-repair')),
     ALTER COLUMN task_file DROP NOT NULL,
     ALTER COLUMN item DROP NOT NULL,
     ADD COLUMN up_text text NOT NULL DEFAULT '',
     ADD COLUMN down_sha256 text NOT NULL DEFAULT '',
     ADD COLUMN chain_sha256 text NOT NULL DEFAULT '',
     ADD COLUMN reverts bigint REFERENCES pitstop.migration,
     ADD COLUMN transactional boolean NOT NULL DEFAULT false,
     ADD COLUMN built jsonb NOT NULL DEFAULT '[]',
     ADD COLUMN approval uuid REFERENCES pitstop.approval_use,
     ADD COLUMN begun_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
     ADD COLUMN applied_xid xid8`,
  `UPDATE pitstop.migration
      SET intent = (SELECT coalesce(jsonb_agg(element || '{"type": "builds"}'), '[]') FROM jsonb_array_elements(intent) AS element)`,
  ...TABLES.slice(3),
];

/** The version of the ledger; null where there is none, `hidden` where the role may not read it. */
export async function readLedgerVersion(session: Session): Promise<number | 'hidden' | null> {
  const [table] = await session.query<{ readable: boolean }>(`
    SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'pitstop' AND c.relname = 'ledger'`);
  if (table === undefined) return null;
  if (!table.readable) return 'hidden';
  const [row] = await session.query<{ version: number }>(
    'SELECT max(version) AS version FROM pitstop.ledger',
  );
  return row?.version ?? null;
}

/** Creates the ledger where it is missing, or brings an older one up to date, in one transaction. */
export async function ensureLedger(session: Session): Promise<void> {
  const version = await readLedgerVersion(session);
  if (version === LEDGER_VERSION) return;
  if (typeof version === 'number' && version > LEDGER_VERSION) {
    throw new PitstopError(
      'ledger-unreadable',
      `the ledger has version ${version}, this pitstop knows ${LEDGER_VERSION}`,
      {
        hint: 'Use the newer pitstop that wrote it.',
      },
    );
  }
  await inTransaction(session, async () => {
    const [schema] = await session.query(
      `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pitstop')`,
    );
    if (schema !== undefined) await session.query('CREATE SCHEMA pitstop');
    for (const statement of version === null ? TABLES : FROM_VERSION_1) await session.query(statement);
    await createAnchorTable(session);
    if (version !== null) await chainExistingRows(session);
    await session.query('INSERT INTO pitstop.ledger (version) VALUES ($1)', [LEDGER_VERSION]);
  });
}

async function chainExistingRows(session: Session): Promise<void> {
  const rows = await session.query<{ id: string; name: string; upSha256: string }>(
    'SELECT id::text AS id, name, up_sha256 AS "upSha256" FROM pitstop.migration ORDER BY migration.id',
  );
  let previous = '';
  for (const row of rows) {
    previous = chainOf(previous, row);
    await session.query('UPDATE pitstop.migration SET chain_sha256 = $2 WHERE id = $1::bigint', [
      row.id,
      previous,
    ]);
  }
}

/**
 * Whether the ledger is there. Asks the catalog: `CREATE SCHEMA IF NOT EXISTS` needs CREATE even then, and
 * `to_regclass` fails without USAGE.
 */
export async function ledgerExists(session: Session): Promise<boolean> {
  const [row] = await session.query<{ exists: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_class WHERE oid = (${LEDGER})) AS exists`,
  );
  return row?.exists ?? false;
}

const LEDGER = `SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = 'pitstop' AND c.relname = 'migration'`;

/** Whether the connected role may keep the ledger: write to the one that is there, or create it. */
export async function mayKeepLedger(session: Session): Promise<boolean> {
  const [row] = await session.query<{ allowed: boolean }>(`
    SELECT CASE
             WHEN ledger.oid IS NOT NULL
               THEN has_schema_privilege(schema.oid, 'USAGE')
                    AND has_table_privilege(ledger.oid, 'INSERT')
                    AND has_table_privilege(ledger.oid, 'UPDATE')
                    AND has_table_privilege(ledger.oid, 'SELECT')
             WHEN schema.oid IS NOT NULL THEN has_schema_privilege(schema.oid, 'CREATE') AND has_schema_privilege(schema.oid, 'USAGE')
             ELSE has_database_privilege(current_database(), 'CREATE')
           END AS allowed
      FROM (SELECT (${LEDGER}) AS oid) AS ledger,
           (SELECT (SELECT oid FROM pg_namespace WHERE nspname = 'pitstop') AS oid) AS schema`);
  return row?.allowed ?? false;
}
