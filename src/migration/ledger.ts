import { createHash } from 'node:crypto';
import type { IndexDefinition } from '../change.ts';
import { Blocked } from '../outcome.ts';
import type { Session } from '../pg/session.ts';
import type { Migration } from './migration.ts';

const LEDGER_VERSION = 1;

/** What the ledger says of one migration. */
export interface LedgerRow {
  readonly name: string;
  readonly upSha256: string;
  readonly taskFile: string;
  readonly item: string;
  readonly state: 'running' | 'applied' | 'failed' | 'reverted';
  /** The indexes that the migration announced before it began to build them. */
  readonly intent: readonly IndexDefinition[];
  /** The backend that works, or worked, on it. */
  readonly backendPid: number;
  readonly backendStart: string;
}

/**
 * Whether the ledger is there. Asks the catalog: `CREATE SCHEMA IF NOT EXISTS` needs CREATE even then, and
 * `to_regclass` fails without USAGE.
 */
async function ledgerExists(session: Session): Promise<boolean> {
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

/** Creates the ledger where it is missing, in one transaction. */
export async function ensureLedger(session: Session): Promise<void> {
  if (await ledgerExists(session)) return;
  await session.query('BEGIN');
  try {
    const [schema] = await session.query(
      `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pitstop')`,
    );
    if (schema !== undefined) await session.query('CREATE SCHEMA pitstop');
    await session.query(`
      CREATE TABLE pitstop.ledger (
        version integer NOT NULL PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await session.query(`
      CREATE TABLE pitstop.migration (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        up_sha256 text NOT NULL,
        task_file text NOT NULL,
        item text NOT NULL,
        environment text NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'applied', 'failed', 'reverted')),
        intent jsonb NOT NULL,
        backend_pid integer NOT NULL,
        backend_start timestamptz NOT NULL,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        error text)`);
    await session.query('INSERT INTO pitstop.ledger (version) VALUES ($1)', [LEDGER_VERSION]);
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK');
    throw error;
  }
}

/** Announces a migration before its first statement; one that failed or was taken back may be tried again. `worker` is the session that will run it. */
export async function recordIntent(
  session: Session,
  migration: Migration,
  origin: { readonly taskFile: string; readonly itemId: string; readonly environment: string },
  worker: Session,
): Promise<void> {
  const intent = migration.steps.flatMap((step) => (step.builds === null ? [] : [step.builds]));
  const announced = await session.query(
    `INSERT INTO pitstop.migration (name, up_sha256, task_file, item, environment, state, intent, backend_pid, backend_start)
     SELECT $1, $2, $3, $4, $5, 'running', $6::jsonb, pid, backend_start FROM pg_stat_activity WHERE pid = $7
     ON CONFLICT (name) DO UPDATE
        SET up_sha256 = excluded.up_sha256, state = 'running', intent = excluded.intent, error = NULL,
            backend_pid = excluded.backend_pid, backend_start = excluded.backend_start,
            started_at = clock_timestamp(), finished_at = NULL
      WHERE migration.state IN ('failed', 'reverted')
     RETURNING name`,
    [
      migration.name,
      sha256(migration.upText),
      origin.taskFile,
      origin.itemId,
      origin.environment,
      JSON.stringify(intent),
      worker.backendPid,
    ],
  );
  if (announced.length > 0) return;
  throw new Blocked(
    'failed',
    'already-applied',
    `the ledger already has ${migration.name} as applied or running`,
  );
}

export async function recordState(
  session: Session,
  name: string,
  state: LedgerRow['state'],
  error: string | null = null,
): Promise<void> {
  await session.query(
    'UPDATE pitstop.migration SET state = $2, error = $3, finished_at = clock_timestamp() WHERE name = $1',
    [name, state, error],
  );
}

export async function readLedger(session: Session): Promise<LedgerRow[]> {
  if (!(await ledgerExists(session))) return [];
  return session.query<LedgerRow>(`
    SELECT name, up_sha256 AS "upSha256", task_file AS "taskFile", item, state, intent,
           backend_pid AS "backendPid", backend_start::text AS "backendStart"
      FROM pitstop.migration ORDER BY id`);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
