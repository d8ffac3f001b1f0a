import { createRowsDigest, type RowsDigest } from '../measure/digest.ts';
import type { Probe } from '../measure/probe.ts';
import {
  EXPLAIN,
  setLocally,
  type Clock,
  type Isolation,
  type ProbeRunner,
  type ProbeSettings,
} from './execute.ts';
import type { Session } from './session.ts';

export interface WritingSurroundings {
  /** Undoes what one execution wrote. */
  readonly isolate: Isolation;
  readonly clock: Clock;
  /** Before each execution, outside of what undoes it and of the time. */
  readonly prepare: () => Promise<void>;
  /** What the tables look like after an execution, as rows that are equal where the tables are. */
  readonly effects: () => Promise<readonly (readonly (string | null)[])[]>;
}

/**
 * A statement that writes, on one session. Each execution begins with the data as it was: it is undone before the next.
 * Deferred constraints and triggers run at its end, as they would at a commit, so that their time and errors count; the
 * commit itself does not.
 */
export function writingRunner(
  session: Session,
  { sql, parameterSets }: Probe,
  { isolate, clock, prepare, effects }: WritingSurroundings,
): ProbeRunner {
  const execute = async (values: readonly unknown[], onRow: (row: readonly (string | null)[]) => void) => {
    const { rows } = await session.stream(sql, values, onRow);
    await session.query(DEFERRED);
    return rows;
  };
  const once = async <T>(work: () => Promise<T>): Promise<T> => {
    await prepare();
    return isolate(work);
  };
  return {
    async digest() {
      const digests: RowsDigest[] = [];
      for (const values of parameterSets) {
        digests.push(
          await once(async () => {
            const digest = createRowsDigest();
            const rows = await execute(values, (row) => digest.add(row));
            for (const effect of await effects()) digest.add(effect);
            return { ...digest.result(), rows };
          }),
        );
      }
      return digests;
    },
    async time() {
      let total = 0;
      for (const values of parameterSets) {
        total += await once(async () => {
          const started = clock();
          await execute(values, ignoreRow);
          return clock() - started;
        });
      }
      return total / parameterSets.length;
    },
    explain: (depth) =>
      once(async () => {
        // Only what runs within the statement shows up among the plan's triggers.
        await session.query(DEFERRED);
        const [row] = await session.query<{ 'QUERY PLAN': unknown }>(
          `${EXPLAIN[depth]} ${sql}`,
          parameterSets[0],
        );
        return row?.['QUERY PLAN'];
      }),
  };
}

const DEFERRED = 'SET CONSTRAINTS ALL IMMEDIATE';

export interface WritingTimeouts {
  readonly statementTimeoutMs: number;
  /** For the locks on rows and tables that an execution takes. */
  readonly lockTimeoutMs: number;
}

/** In a transaction that is open: a savepoint that is always rolled back, and with it every lock that was taken. */
export async function undoneInSavepoint<T>(
  session: Session,
  { statementTimeoutMs, lockTimeoutMs }: WritingTimeouts,
  work: () => Promise<T>,
  settings: ProbeSettings = {},
): Promise<T> {
  await session.control('SAVEPOINT pitstop_write');
  try {
    await session.query(
      `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)`,
      [String(statementTimeoutMs), String(lockTimeoutMs)],
    );
    await setLocally(session, settings);
    return await work();
  } finally {
    await session.control('ROLLBACK TO SAVEPOINT pitstop_write');
    await session.control('RELEASE SAVEPOINT pitstop_write');
  }
}

function ignoreRow(): void {}
