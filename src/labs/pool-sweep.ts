import type { Probe } from '../measure/probe.ts';
import { openDatabase, SETTINGS, type Database } from '../pg/pool.ts';
import { configThatConnects } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import { latencyOf, type SweepRow } from '../pooling/sweep.ts';

export interface SweepPlan {
  /** Pool sizes, the smallest first. One pool is open at a time. */
  readonly sizes: readonly number[];
  /** Tasks that want a connection all the time, the same for every size: the pool is what differs. */
  readonly tasks: number;
  /** Every size is tried so often, each time for `sliceMs`. */
  readonly rounds: number;
  readonly sliceMs: number;
  /** No slice begins after that. */
  readonly budgetMs: number;
  /** The server ends a statement after that. */
  readonly statementTimeoutMs: number;
}

/** Five slices of a second for each of four sizes. */
export const SWEEP_PLAN: Omit<SweepPlan, 'sizes' | 'tasks'> = {
  rounds: 5,
  sliceMs: 1_000,
  budgetMs: 60_000,
  statementTimeoutMs: 10_000,
};

/**
 * For whoever has no statements: a join of the catalog, which every database has, reads a few hundred blocks from memory
 * and computes. It shows what the cores can bear, and nothing of disks.
 */
export const HARMLESS_PROBE: Probe = {
  sql: `SELECT count(*) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r'`,
  parameterSets: [[]],
};

/**
 * Sends statements through pools of several sizes, in turns, and counts what gets through. It is real load on the
 * server: up to the largest size of sessions at work, for as long as the plan says. Transactions are read-only.
 * @param probes each executed with each of its parameter sets in turn; read and found harmless before
 * @returns a row for each size that was tried at least once
 * @throws the signal's reason, when it strikes
 */
export async function sweepPool(
  target: Target,
  probes: readonly Probe[],
  plan: SweepPlan,
  clock: () => number,
  signal: AbortSignal,
): Promise<SweepRow[]> {
  const config = await configThatConnects(target, 'sweep');
  const readOnly = `${config.options ?? ''} -c default_transaction_read_only=on`.trim();
  const slices: Slice[] = [];
  const started = clock();
  for (let round = 0; round < plan.rounds; round += 1) {
    // There and back, so that what drifts hits all sizes alike.
    for (const size of round % 2 === 0 ? plan.sizes : plan.sizes.toReversed()) {
      if (slices.length > 0 && clock() - started >= plan.budgetMs) break;
      const database = openDatabase(
        { ...config, options: readOnly },
        {
          ...SETTINGS,
          max: size,
          applicationName: 'pitstop sweep',
          statementTimeoutMs: plan.statementTimeoutMs,
        },
      );
      try {
        await connectAll(database, size);
        slices.push(await takeSlice(database, size, probes, plan, clock, signal));
      } finally {
        await database.close();
      }
    }
  }
  return plan.sizes.flatMap((size) =>
    rowOf(
      size,
      slices.filter((slice) => slice.size === size),
    ),
  );
}

interface Slice {
  readonly size: number;
  readonly elapsedMs: number;
  readonly timesMs: readonly number[];
  readonly errors: number;
}

/** Connecting is not what is measured. */
async function connectAll({ pool }: Database, size: number): Promise<void> {
  const clients = await Promise.allSettled(Array.from({ length: size }, () => pool.connect()));
  for (const client of clients) if (client.status === 'fulfilled') client.value.release();
  const failed = clients.find((client) => client.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function takeSlice(
  database: Database,
  size: number,
  probes: readonly Probe[],
  { tasks, sliceMs }: SweepPlan,
  clock: () => number,
  signal: AbortSignal,
): Promise<Slice> {
  const calls = probes.flatMap(({ sql, parameterSets }) => parameterSets.map((values) => ({ sql, values })));
  const timesMs: number[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const started = clock();
  const work = async () => {
    while (!signal.aborted && clock() - started < sliceMs && errors.length === 0) {
      const call = calls[next % calls.length];
      next += 1;
      if (call === undefined) return;
      const begun = clock();
      await database.query(call.sql, call.values, { repeatable: true }).then(
        () => timesMs.push(clock() - begun),
        (error: unknown) => errors.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: tasks }, work));
  signal.throwIfAborted();
  return { size, elapsedMs: clock() - started, timesMs, errors: errors.length };
}

function rowOf(size: number, slices: readonly Slice[]): SweepRow[] {
  if (slices.length === 0) return [];
  return [
    {
      size,
      perSecond: slices.map(({ timesMs, elapsedMs }) => timesMs.length / (elapsedMs / 1_000)),
      latencyMs: latencyOf(slices.flatMap(({ timesMs }) => timesMs)),
      statements: slices.reduce((sum, { timesMs }) => sum + timesMs.length, 0),
      errors: slices.reduce((sum, slice) => sum + slice.errors, 0),
    },
  ];
}
