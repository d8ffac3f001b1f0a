import type { CounterExample } from '../../equivalence/verdict.ts';
import { statesOf } from '../../equivalence/mutations/index.ts';
import type { DataState, Scene } from '../../equivalence/mutations/mutation.ts';
import { textsOf, type ParameterSet } from '../../equivalence/parameter-sets.ts';
import { qualifying } from '../../equivalence/qualify.ts';
import type { Session } from '../../pg/session.ts';
import { inRolledBack } from '../../pg/transaction.ts';
import type { Comparing, Counts } from './comparing.ts';
import { compareOnce } from './run-both.ts';

/** Parameter sets that are tried on one made-up state; on the sample as it is all are. */
const SETS_OF_STATE = 8;
/** One execution on a few hundred rows. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** Compares on the sample and on all states that mutations make of it, in one transaction that is rolled back. */
export function compareOnStates(
  session: Session,
  comparing: Comparing,
  checks: Counts,
  signal: AbortSignal,
): Promise<CounterExample | null> {
  return inRolledBack(session, async () => {
    await session.query(`SELECT set_config('statement_timeout', $1, true)`, [String(STATEMENT_TIMEOUT_MS)]);
    await session.query(ATTEMPT);
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    const scene: Scene = {
      model: comparing.model,
      tables: comparing.tables,
      mentions: comparing.mentions,
      parameterSets: comparing.parameterSets.slice(0, SETS_OF_STATE).map(({ values }) => textsOf(values)),
    };
    const [sample, ...made] = statesOf(scene);
    const prepared: DataState = {
      name: 'a sample, half of it as the statement wants it',
      statements: [],
      column: null,
    };
    for (const state of [sample, prepared, ...made]) {
      signal.throwIfAborted();
      if (state === undefined) continue;
      if (state === prepared) checks.forbidden += await attempt(session, qualifying(scene));
      const sets = state === sample ? comparing.parameterSets : setsFor(state, comparing.parameterSets);
      const counterExample = await compareOn(session, state, sets, comparing, checks);
      if (counterExample !== null) return counterExample;
    }
    return null;
  });
}

async function compareOn(
  session: Session,
  state: DataState,
  sets: readonly ParameterSet[],
  comparing: Comparing,
  checks: Counts,
): Promise<CounterExample | null> {
  await session.control('SAVEPOINT pitstop_state');
  checks.forbidden += await attempt(session, state.statements);
  checks.states += 1;
  await session.control('SAVEPOINT pitstop_compare');
  for (const { values } of sets) {
    const counterExample = await compareOnce(session, orBack(session), comparing, state.name, values, checks);
    if (counterExample !== null) return counterExample;
  }
  await session.control('ROLLBACK TO SAVEPOINT pitstop_state');
  return null;
}

/** After an error only the way back to the savepoint is open; without one nothing has to be undone. */
function orBack(session: Session) {
  return async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await session.control('ROLLBACK TO SAVEPOINT pitstop_compare');
      throw error;
    }
  };
}

/** The given sets, and those that vary a parameter which is compared with the column that the state is about. */
function setsFor({ column }: DataState, sets: readonly ParameterSet[]): ParameterSet[] {
  const fitting = sets.filter(
    ({ columns }) => columns.length === 0 || (column !== null && columns.includes(column)),
  );
  return fitting.slice(0, SETS_OF_STATE);
}

/** Runs statements one by one, skipping those that fail; returns how many did. One round trip for all of them. */
async function attempt(session: Session, statements: readonly string[]): Promise<number> {
  if (statements.length === 0) return 0;
  const [row] = await session.query<{ failed: number }>(
    'SELECT count(*) FILTER (WHERE NOT pg_temp.pitstop_attempt(statement))::int AS failed FROM unnest($1::text[]) AS statement',
    [statements],
  );
  return row?.failed ?? 0;
}

const ATTEMPT = `
  CREATE FUNCTION pg_temp.pitstop_attempt(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE statement;
    RETURN true;
  EXCEPTION WHEN OTHERS THEN
    RETURN false;
  END $$`;
