import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { BuiltIndex, Intent } from './intent.ts';
import {
  readLedger,
  recordApplied,
  recordBuilt,
  recordState,
  requireWholeChain,
  type LedgerRow,
  type MigrationState,
} from './ledger.ts';
import { progressOf, removeBuilt } from './postcondition.ts';

/** What became of a migration that an earlier run left unfinished. */
export interface Reconciled {
  readonly name: string;
  readonly state: MigrationState;
  readonly message: string;
}

/**
 * Settles what a run that died left as `running`: trusts the catalog first. Where the server still works on it (a
 * concurrent build outlives its client), waits for the end. A finished index counts as applied; a half-built one is
 * removed; a half-removed one is removed whole, as was approved; one that is not as announced is left alone and named.
 * What the catalog cannot tell waits for a person.
 */
export async function reconcile(
  session: Session,
  onWait: (message: string) => void,
  signal: AbortSignal,
): Promise<Reconciled[]> {
  const results: Reconciled[] = [];
  const rows = await readLedger(session);
  requireWholeChain(rows);
  for (const row of rows) {
    if (row.state !== 'running') continue;
    await waitForBackend(session, row, onWait, signal);
    results.push(await settle(session, row));
  }
  return results;
}

async function settle(session: Session, { id }: LedgerRow): Promise<Reconciled> {
  // The backend may have committed between the first look and its end.
  const row = (await readLedger(session)).find((one) => one.id === id);
  if (row === undefined) throw new Error(`row ${id} of the ledger is gone`);
  const { name } = row;
  if (row.state !== 'running')
    return { name, state: row.state, message: 'an earlier run committed this and died' };
  // Its mark is part of the transaction: without the mark nothing of it is there.
  const ends = row.transactional ? [UNTOUCHED] : await endsOf(session, row);
  const end = SEVEREST.map((state) => ends.find((one) => one.state === state)).find(
    (one) => one !== undefined,
  );
  const { state, message } = end ?? UNTOUCHED;
  if (state === 'applied') {
    const built = ends.flatMap((one) => one.built);
    await recordBuilt(session, id, built);
    await recordApplied(session, id, null, message);
  } else await recordState(session, id, state, message);
  return { name, state, message };
}

interface End {
  readonly state: 'applied' | 'failed' | 'needs-repair';
  readonly message: string;
  readonly built: readonly BuiltIndex[];
}

const UNTOUCHED: End = { state: 'failed', message: 'an earlier run died before this took effect', built: [] };

/** What decides for the whole migration, first. */
const SEVEREST: readonly End['state'][] = ['needs-repair', 'failed', 'applied'];

async function endsOf(session: Session, row: LedgerRow): Promise<End[]> {
  const ends: End[] = [];
  for (const intent of row.intent) ends.push(await endOf(session, row, intent));
  return ends;
}

async function endOf(session: Session, row: LedgerRow, intent: Intent): Promise<End> {
  const progress = await progressOf(session, intent, row.built);
  switch (progress.state) {
    case 'done':
      return {
        state: 'applied',
        message: 'an earlier run died before it could record that this was finished',
        built: progress.built === null ? [] : [progress.built],
      };
    case 'half':
      return finishOrRemove(session, intent, progress.index);
    case 'foreign':
      return { state: 'failed', message: progress.message, built: [] };
    case 'unclear':
      return { state: 'needs-repair', message: progress.message, built: [] };
    case 'untouched':
      return UNTOUCHED;
  }
}

/** Both are the same command: an index that was to be built goes because it is half-built, one that was to go goes. */
async function finishOrRemove(session: Session, intent: Intent, index: BuiltIndex): Promise<End> {
  await removeBuilt(session, index);
  const name = quoteQualified(index);
  return intent.type === 'removes'
    ? {
        state: 'applied',
        message: `${name} was left half-removed by an earlier run; that was finished`,
        built: [],
      }
    : {
        state: 'failed',
        message: `${name} was left half-built by an earlier run and was removed`,
        built: [],
      };
}

async function waitForBackend(
  session: Session,
  row: LedgerRow,
  onWait: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let announced = false; ; announced = true) {
    // Another role may not be shown since when a backend is there; then its number has to do.
    const [alive] = await session.query(
      `SELECT 1 FROM pg_stat_activity
        WHERE pid = $1 AND datname = current_database() AND coalesce(backend_start = $2::timestamptz, true)`,
      [row.backendPid, row.backendStart],
    );
    if (alive === undefined) return;
    if (!announced) onWait(`${row.name}: the server (pid ${row.backendPid}) still works on it; waiting`);
    await pause(250, undefined, { signal });
  }
}
