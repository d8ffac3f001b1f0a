import { randomBytes } from 'node:crypto';
import type { IndexDefinition } from '../change.ts';
import type { RowCost, Sides, UpdateCost, WriteCost } from '../measure/write-cost.ts';
import { isStatementTimeout, sqlState, SQLSTATE } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import type { TrialReason } from '../trial.ts';
import { openScratch, type RowWork, type Scratch, type UpdateTask } from './scratch-table.ts';

export interface WriteCostRequest {
  /** The table of the indexes; of a partitioned one the largest partition is looked at. */
  readonly table: { readonly schema: string; readonly name: string };
  readonly indexes: readonly IndexDefinition[];
  readonly built: { readonly sizeBytes: number; readonly buildMs: number | null };
  /** The columns that applications set, most often first; null where nobody knows. */
  readonly updatedColumns: readonly string[] | null;
}

export interface WriteCostSettings {
  /** No further round begins after it; at least one is measured. */
  readonly budgetMs: number;
  readonly lockTimeoutMs: number;
  /** Of a single statement. */
  readonly statementTimeoutMs: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

export const DEFAULT_WRITE_COST = { budgetMs: 1_000, lockTimeoutMs: 1_000, statementTimeoutMs: 10_000 };

/** Rounds of both sides; the log is the same in each, and of times the least counts. */
const MOST_ROUNDS = 5;

/**
 * Measures what indexes cost writers, in a transaction that is rolled back: a scratch table beside the real one, with
 * its indexes and a sample of its rows, gets further rows and updates, without the new indexes and with them, in turns.
 * It has no triggers, foreign keys, checks and defaults: no code of the user's runs, except what its indexes and
 * generated columns compute, and no sequence moves. The real table is only read.
 *
 * The scratch table is small and in memory, so times are those of a table that fits there: a lower bound.
 */
export async function measureWriteCost(
  session: Session,
  request: WriteCostRequest,
  settings: WriteCostSettings,
): Promise<WriteCost | TrialReason> {
  await session.control('BEGIN');
  try {
    await session.query(
      `SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`,
      [String(settings.lockTimeoutMs), String(settings.statementTimeoutMs)],
    );
    const name = `pitstop_${randomBytes(6).toString('hex')}`;
    const scratch = await openScratch(session, name, request);
    if ('code' in scratch) return scratch;
    return await measureRounds(scratch, request, settings);
  } catch (error) {
    const state = sqlState(error);
    if (state === null || (state === SQLSTATE.queryCanceled && !isStatementTimeout(error))) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'write-cost-unknown', message: `what it costs writers could not be measured: ${message}` };
  } finally {
    await session.control('ROLLBACK');
  }
}

async function measureRounds(
  scratch: Scratch,
  { built }: WriteCostRequest,
  { clock, budgetMs, signal }: WriteCostSettings,
): Promise<WriteCost> {
  const started = clock();
  const sides = { without: [] as RowWork[][], with: [] as RowWork[][] };
  for (let round = 0; round < MOST_ROUNDS && (round === 0 || clock() - started < budgetMs); round += 1) {
    signal.throwIfAborted();
    const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    for (const side of order) sides[side].push(await scratch.run(side === 'with'));
  }
  const workOf = (at: number) => ({
    without: sides.without.flatMap((run) => run[at] ?? []),
    with: sides.with.flatMap((run) => run[at] ?? []),
  });
  return {
    ...built,
    coveredColumns: scratch.coveredColumns,
    insert: rowCost(workOf(0), scratch.logged),
    updates: scratch.updates.flatMap((task, at) => updateCost(task, workOf(at + 1), scratch.logged)),
    rounds: sides.with.length,
  };
}

interface Work {
  readonly without: readonly RowWork[];
  readonly with: readonly RowWork[];
}

function rowCost(work: Work, logged: boolean): RowCost {
  return {
    walBytesPerRow: logged ? leastOf(work, ({ walBytes, rows }) => walBytes / rows) : null,
    msPerThousand: leastOf(work, ({ ms, rows }) => (ms / rows) * 1000),
  };
}

/** Nothing where no row has another value to take. */
function updateCost({ columns, covered }: UpdateTask, work: Work, logged: boolean): UpdateCost[] {
  if ([...work.without, ...work.with].some(({ rows }) => rows === 0)) return [];
  const counted = work.without.some(({ hotRows }) => hotRows !== null);
  const hotShare = counted ? leastOf(work, ({ hotRows, rows }) => (hotRows ?? 0) / rows) : null;
  return [{ columns, covered, ...rowCost(work, logged), hotShare }];
}

function leastOf(work: Work, value: (work: RowWork) => number): Sides {
  return { without: Math.min(...work.without.map(value)), with: Math.min(...work.with.map(value)) };
}
