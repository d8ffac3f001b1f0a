import { createHash } from 'node:crypto';
import { PitstopError } from '../errors.ts';
import type { Approval } from '../gate/approval.ts';
import { Blocked } from '../outcome.ts';
import { isUniqueViolation } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import { brokenLink, chainOf } from './chain.ts';
import type { BuiltIndex, Intent } from './intent.ts';
import { isTransactional } from './formats/text.ts';
import { downTextOf, type Migration } from './migration.ts';
import { ledgerExists, readLedgerVersion } from './schema.ts';

export type MigrationState = 'running' | 'applied' | 'failed' | 'reverted' | 'needs-repair';

/** What the ledger says of one attempt at a migration. */
export interface LedgerRow {
  readonly id: string;
  readonly name: string;
  /** The exact text; empty where a ledger of version 1 did not keep it. */
  readonly upText: string;
  readonly upSha256: string;
  readonly downSha256: string;
  readonly chainSha256: string;
  /** The row that this attempt takes back; null for an attempt to apply. */
  readonly reverts: string | null;
  /** Null for a migration that was applied by its name. */
  readonly taskFile: string | null;
  readonly item: string | null;
  readonly environment: string;
  readonly state: MigrationState;
  /** Everything took effect together with this row, or nothing did. */
  readonly transactional: boolean;
  /** What its steps set out to do, before the first of them was sent. */
  readonly intent: readonly Intent[];
  readonly built: readonly BuiltIndex[];
  readonly approval: string | null;
  /** The backend that works, or worked, on it. */
  readonly backendPid: number;
  readonly backendStart: string;
  readonly appliedXid: string | null;
  readonly startedAt: string;
}

export interface ApplyOrigin {
  readonly taskFile: string | null;
  readonly itemId: string | null;
  readonly environment: string;
}

const COLUMNS = `
  id::text AS id, name, up_text AS "upText", up_sha256 AS "upSha256", down_sha256 AS "downSha256",
  chain_sha256 AS "chainSha256", reverts::text AS reverts, task_file AS "taskFile", item, environment, state, transactional, intent, built,
  approval::text AS approval, backend_pid AS "backendPid", backend_start::text AS "backendStart",
  applied_xid::text AS "appliedXid", started_at::text AS "startedAt"`;

/** Every attempt, oldest first; empty where there is no ledger. */
export async function readLedger(session: Session): Promise<LedgerRow[]> {
  if (!(await ledgerExists(session))) return [];
  if ((await readLedgerVersion(session)) === 1) {
    throw new PitstopError('ledger-unreadable', 'the ledger is one of version 1', {
      hint: 'A run that may apply brings it up to date: pitstop run, without --dry-run and --no-apply.',
    });
  }
  return session.query<LedgerRow>(`SELECT ${COLUMNS} FROM pitstop.migration ORDER BY migration.id`);
}

/** The last attempt to apply each migration, by name. */
export async function readLastAttempts(session: Session): Promise<Map<string, LedgerRow>> {
  const rows = await readLedger(session);
  return new Map(rows.flatMap((row) => (row.reverts === null ? [[row.name, row]] : [])));
}

/** Names of the migrations that are in force. */
export async function readApplied(session: Session): Promise<Set<string>> {
  const attempts = await readLastAttempts(session);
  return new Set([...attempts.values()].flatMap(({ name, state }) => (state === 'applied' ? [name] : [])));
}

/** Of these migrations, the names of those that are in force with the same bytes. */
export async function readAppliedOf(
  session: Session,
  migrations: readonly Pick<Migration, 'name' | 'upText'>[],
): Promise<Set<string>> {
  const attempts = await readLastAttempts(session);
  const isInForce = ({ name, upText }: Pick<Migration, 'name' | 'upText'>) => {
    const row = attempts.get(name);
    return row?.state === 'applied' && row.upSha256 === sha256(upText);
  };
  return new Set(migrations.filter(isInForce).map(({ name }) => name));
}

/** Names of the migrations that are, or may be, in force: applied, at work, or waiting for a repair. */
export async function readInForce(session: Session): Promise<Set<string>> {
  const attempts = await readLastAttempts(session);
  const isOver = ({ state }: LedgerRow) => state === 'failed' || state === 'reverted';
  return new Set([...attempts.values()].flatMap((row) => (isOver(row) ? [] : [row.name])));
}

/** Ends the command where somebody has rewritten the ledger. */
export function requireWholeChain(rows: readonly LedgerRow[]): void {
  const broken = brokenLink(rows);
  if (broken === null) return;
  throw new PitstopError(
    'ledger-changed',
    `the ledger's chain breaks at ${broken.name} (row ${broken.id}): a row was changed, removed or inserted by hand`,
    {
      hint: 'Compare schema pitstop with a backup, and `pitstop log` with it; nothing is applied until it is whole.',
    },
  );
}

interface Announcement {
  readonly origin: ApplyOrigin;
  /** The session that will run it. */
  readonly worker: Session;
  /** The row that is taken back; null where something is applied. */
  readonly reverts: string | null;
  /** An approval that is used up by now; null where there is none, or where the work itself will use it up. */
  readonly approvalId: string | null;
}

/**
 * Announces an attempt before its first statement.
 * @returns the id of the attempt's row
 */
export async function recordIntent(
  session: Session,
  migration: Migration,
  intents: readonly Intent[],
  { origin, worker, reverts, approvalId }: Announcement,
): Promise<string> {
  const [last] = await session.query<{ chain: string }>(
    'SELECT chain_sha256 AS chain FROM pitstop.migration ORDER BY id DESC LIMIT 1',
  );
  const upSha256 = sha256(migration.upText);
  try {
    const [row] = await session.query<{ id: string }>(
      `INSERT INTO pitstop.migration (name, up_text, up_sha256, down_sha256, chain_sha256, task_file, item, environment,
                                      state, transactional, intent, approval, reverts, backend_pid, backend_start)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10::jsonb, $11::uuid, $12::bigint, pid, backend_start
         FROM pg_stat_activity WHERE pid = $13
       RETURNING id::text AS id`,
      [
        migration.name,
        migration.upText,
        upSha256,
        sha256(downTextOf(migration)),
        chainOf(last?.chain ?? '', { name: migration.name, upSha256 }),
        origin.taskFile,
        origin.itemId,
        origin.environment,
        isTransactional(migration),
        JSON.stringify(intents),
        approvalId,
        reverts,
        worker.backendPid,
      ],
    );
    if (row === undefined)
      throw new Blocked('failed', 'connection-lost', 'the session that was to apply it is gone');
    return row.id;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Blocked(
      'failed',
      'already-applied',
      `the ledger already has ${migration.name} as applied, running or waiting for a repair`,
    );
  }
}

/**
 * Uses an approval up; call it in the transaction of the work, or in one that commits before the work begins. The
 * server's clock decides whether it has expired, and its key whether somebody was faster.
 */
export async function consumeApproval(session: Session, approval: Approval): Promise<void> {
  let rows: readonly object[];
  try {
    rows = await session.query(
      `INSERT INTO pitstop.approval_use (approval, request, request_sha256, method, approver, environment, issued, expires, payload, signature)
       SELECT $1::uuid, $2, $3, $4, $5, $6, $7::timestamptz, $8::timestamptz, $9, $10
        WHERE clock_timestamp() < $8::timestamptz
       RETURNING approval`,
      [
        approval.id,
        approval.request,
        approval.requestSha256,
        approval.method,
        approval.approver,
        approval.environment,
        approval.issued,
        approval.expires,
        approval.signed?.payload ?? null,
        approval.signed?.signature ?? null,
      ],
    );
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Blocked('awaiting-approval', 'approval-used', `the approval ${approval.id} was used already`);
  }
  if (rows.length > 0) return;
  throw new Blocked('awaiting-approval', 'approval-expired', `the approval expired at ${approval.expires}`);
}

/** Whether an approval was used, by whichever run. */
export async function isApprovalUsed(session: Session, approvalId: string): Promise<boolean> {
  if (!(await ledgerExists(session))) return false;
  const rows = await session.query('SELECT 1 FROM pitstop.approval_use WHERE approval = $1::uuid', [
    approvalId,
  ]);
  return rows.length > 0;
}

/** Notes which index an attempt is building, as soon as the catalog shows it. */
export async function recordBuilt(session: Session, id: string, built: readonly BuiltIndex[]): Promise<void> {
  await session.query('UPDATE pitstop.migration SET built = $2::jsonb WHERE id = $1::bigint', [
    id,
    JSON.stringify(built),
  ]);
}

export async function recordState(
  session: Session,
  id: string,
  state: Exclude<MigrationState, 'applied' | 'reverted'>,
  error: string,
): Promise<void> {
  await session.query(
    'UPDATE pitstop.migration SET state = $2, error = $3, finished_at = clock_timestamp() WHERE id = $1::bigint',
    [id, state, error],
  );
}

/**
 * Marks an attempt as done, and the one that it takes back as reverted. Inside the transaction of its statements the
 * mark is there if and only if they are.
 */
export async function recordApplied(
  session: Session,
  id: string,
  approvalId: string | null,
  message: string | null = null,
): Promise<void> {
  await session.query(
    `WITH done AS (
       UPDATE pitstop.migration
          SET state = 'applied', applied_xid = pg_current_xact_id(), finished_at = clock_timestamp(),
              approval = coalesce($2::uuid, approval), error = $3
        WHERE id = $1::bigint
       RETURNING reverts)
     UPDATE pitstop.migration SET state = 'reverted' WHERE id IN (SELECT reverts FROM done)`,
    [id, approvalId, message],
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
