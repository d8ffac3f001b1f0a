import type { Probe } from '../measure/probe.ts';
import { createRowsDigest, type RowsDigest } from '../measure/digest.ts';
import type { Session } from './session.ts';

/** A wall clock in milliseconds; an argument, so that whoever measures says with what. */
export type Clock = () => number;

/** Executes every parameter set once and gives the mean time of an execution, rows fetched and thrown away. */
export async function timeProbe(session: Session, probe: Probe, clock: Clock): Promise<number> {
  let total = 0;
  for (const values of probe.parameterSets) {
    const started = clock();
    await session.stream(probe.sql, values, ignoreRow);
    total += clock() - started;
  }
  return total / probe.parameterSets.length;
}

export async function digestProbe(session: Session, probe: Probe): Promise<RowsDigest[]> {
  const digests: RowsDigest[] = [];
  for (const values of probe.parameterSets) {
    const digest = createRowsDigest();
    await session.stream(probe.sql, values, digest.add);
    digests.push(digest.result());
  }
  return digests;
}

export type ExplainDepth = 'estimate' | 'blocks' | 'full';

const EXPLAIN: Record<ExplainDepth, string> = {
  estimate: 'EXPLAIN (FORMAT JSON)',
  // Without per-node timing: reading the clock for every row distorts what a plan costs.
  blocks: 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)',
  full: 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)',
};

/** The plan of one parameter set, as the server's JSON. */
export async function explainProbe(
  session: Session,
  probe: Probe,
  depth: ExplainDepth,
  values: readonly unknown[] = probe.parameterSets[0] ?? [],
): Promise<unknown> {
  const [row] = await session.query<{ 'QUERY PLAN': unknown }>(`${EXPLAIN[depth]} ${probe.sql}`, values);
  return row?.['QUERY PLAN'];
}

/** Runs read-only work on a session without an open transaction, and ends whatever it began. */
export async function readOnly<T>(session: Session, statementTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN READ ONLY');
  try {
    // A first harmless statement: from here on the server refuses to leave read-only mode.
    await session.query(`SELECT set_config('statement_timeout', $1, true)`, [String(statementTimeoutMs)]);
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

/** The same inside a transaction that has written: a savepoint that is read-only and always rolled back. */
export async function readOnlySavepoint<T>(
  session: Session,
  statementTimeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  await session.query('SAVEPOINT pitstop_probe');
  try {
    await session.query('SET LOCAL transaction_read_only = on');
    await session.query(`SELECT set_config('statement_timeout', $1, true)`, [String(statementTimeoutMs)]);
    return await work();
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT pitstop_probe');
    await session.query('RELEASE SAVEPOINT pitstop_probe');
  }
}

function ignoreRow(): void {}
