import { createRowsDigest, type RowsDigest } from '../measure/digest.ts';
import type { Probe } from '../measure/probe.ts';
import type { Session } from './session.ts';

/** A wall clock in milliseconds; an argument, so that whoever measures says with what. */
export type Clock = () => number;

/** Runs work so that it can change nothing, whatever it is. */
export type Isolation = <T>(work: () => Promise<T>) => Promise<T>;

/** One probe on one session: everything that a measurement asks for. */
export interface ProbeRunner {
  /** The rows of each parameter set, digested as they stream by. */
  readonly digest: () => Promise<RowsDigest[]>;
  /** Executes every parameter set once; the mean time of an execution, rows fetched and thrown away. */
  readonly time: () => Promise<number>;
  /** The plan of the first parameter set, as the server's JSON. */
  readonly explain: (depth: ExplainDepth) => Promise<unknown>;
}

type ExplainDepth = 'estimate' | 'blocks' | 'full';

export const EXPLAIN: Record<ExplainDepth, string> = {
  estimate: 'EXPLAIN (FORMAT JSON)',
  // Without per-node timing: reading the clock for every row distorts what a plan costs.
  blocks: 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)',
  full: 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)',
};

export function probeRunner(session: Session, probe: Probe, isolate: Isolation, clock: Clock): ProbeRunner {
  const { sql, parameterSets } = probe;
  return {
    digest: () =>
      isolate(async () => {
        const digests: RowsDigest[] = [];
        for (const values of parameterSets) {
          const digest = createRowsDigest();
          await session.stream(sql, values, (row) => digest.add(row));
          digests.push(digest.result());
        }
        return digests;
      }),
    time: () =>
      isolate(async () => {
        let total = 0;
        for (const values of parameterSets) {
          const started = clock();
          await session.stream(sql, values, ignoreRow);
          total += clock() - started;
        }
        return total / parameterSets.length;
      }),
    explain: (depth) =>
      isolate(async () => {
        const [row] = await session.query<{ 'QUERY PLAN': unknown }>(
          `${EXPLAIN[depth]} ${sql}`,
          parameterSets[0],
        );
        return row?.['QUERY PLAN'];
      }),
  };
}

/** Runs read-only work on a session without an open transaction, and ends whatever it began. */
export async function readOnly<T>(
  session: Session,
  statementTimeoutMs: number,
  work: () => Promise<T>,
  settings: ProbeSettings = {},
): Promise<T> {
  await session.control('BEGIN READ ONLY');
  try {
    // A first harmless statement: from here on the server refuses to leave read-only mode.
    await session.query(`SELECT set_config('statement_timeout', $1, true)`, [String(statementTimeoutMs)]);
    await setLocally(session, settings);
    return await work();
  } finally {
    await session.control('ROLLBACK');
  }
}

/** The same with all statements seeing the data as of the first one. */
export async function readOnlySnapshot<T>(
  session: Session,
  statementTimeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  await session.control('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await session.query(
      `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '2s', true)`,
      [String(statementTimeoutMs)],
    );
    return await work();
  } finally {
    await session.control('ROLLBACK');
  }
}

/** The same inside a transaction that has written: a savepoint that is read-only and always rolled back. */
export async function readOnlySavepoint<T>(
  session: Session,
  statementTimeoutMs: number,
  work: () => Promise<T>,
  settings: ProbeSettings = {},
): Promise<T> {
  await session.control('SAVEPOINT pitstop_probe');
  try {
    await session.query(
      `SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1, true)`,
      [String(statementTimeoutMs)],
    );
    await setLocally(session, settings);
    return await work();
  } finally {
    await session.control('ROLLBACK TO SAVEPOINT pitstop_probe');
    await session.control('RELEASE SAVEPOINT pitstop_probe');
  }
}

/** Settings of the server that a statement runs under, by name; they end with the transaction. */
export type ProbeSettings = Readonly<Record<string, string>>;

export async function setLocally(session: Session, settings: ProbeSettings): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await session.query('SELECT set_config($1, $2, true)', [name, value]);
}

function ignoreRow(): void {}
