import { setTimeout as pause } from 'node:timers/promises';
import { findIndex, matchesDefinition } from '../pg/catalog/index-state.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import { removeBuilt } from './apply.ts';
import { readLedger, recordState, type LedgerRow } from './ledger.ts';

/** What became of a migration that an earlier run left unfinished. */
export interface Reconciled {
  readonly name: string;
  readonly item: string;
  readonly result: 'applied' | 'removed' | 'nothing-left' | 'foreign';
  readonly message: string;
}

/**
 * Settles what a run that died left as `running`: trusts the catalog first. Where the server still works on it (a
 * concurrent build outlives its client), waits for the end. A finished index counts as applied; a half-built one is
 * removed; one that is not as announced is left alone and named.
 */
export async function reconcile(
  session: Session,
  onWait: (message: string) => void,
  signal: AbortSignal,
): Promise<Reconciled[]> {
  const results: Reconciled[] = [];
  for (const row of await readLedger(session)) {
    if (row.state !== 'running') continue;
    await waitForBackend(session, row, onWait, signal);
    const settled = await settle(session, row);
    await recordState(
      session,
      row.name,
      settled.result === 'applied' ? 'applied' : 'failed',
      settled.message,
    );
    results.push({ name: row.name, item: row.item, ...settled });
  }
  return results;
}

async function settle(session: Session, row: LedgerRow): Promise<Pick<Reconciled, 'result' | 'message'>> {
  const built: boolean[] = [];
  for (const definition of row.intent) {
    const found = await findIndex(session, definition.schema, definition.name);
    const name = quoteQualified(definition);
    if (found !== null && !matchesDefinition(found.index, definition)) {
      return {
        result: 'foreign',
        message: `${name} exists, but not as an earlier run announced it; it was left alone`,
      };
    }
    if (found !== null && !found.index.valid) {
      await removeBuilt(session, definition);
      return { result: 'removed', message: `${name} was left half-built by an earlier run and was removed` };
    }
    built.push(found !== null);
  }
  if (built.length > 0 && built.every(Boolean)) {
    return {
      result: 'applied',
      message: 'an earlier run died before it could record that this was finished',
    };
  }
  return { result: 'nothing-left', message: 'an earlier run died before this took effect' };
}

async function waitForBackend(
  session: Session,
  row: LedgerRow,
  onWait: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let announced = false; ; announced = true) {
    const [alive] = await session.query(
      `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2::timestamptz`,
      [row.backendPid, row.backendStart],
    );
    if (alive === undefined) return;
    if (!announced) onWait(`${row.name}: the server (pid ${row.backendPid}) still works on it; waiting`);
    await pause(250, undefined, { signal });
  }
}
