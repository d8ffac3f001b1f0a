import type { CounterExample } from '../../equivalence/verdict.ts';
import { statesOf } from '../../equivalence/mutations/index.ts';
import type { DataState, Scene } from '../../equivalence/mutations/mutation.ts';
import { withSmallOffsets } from '../../equivalence/small-offsets.ts';
import { textsOf, type ParameterSet } from '../../equivalence/parameter-sets.ts';
import {
  firstRows,
  passingRows,
  qualifiedValues,
  qualifiersOf,
  type Qualifier,
} from '../../equivalence/qualify.ts';
import type { Session } from '../../pg/session.ts';
import { inRolledBack } from '../../pg/transaction.ts';
import type { Comparing, Counts } from './comparing.ts';
import { compareOnce } from './run-both.ts';

/** Parameter sets that are tried on one made-up state; on the sample as it is all are. */
const SETS_OF_STATE = 8;
/** One execution on a few hundred rows. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** A statement that multiplies its tables is as slow on the next state. */
export const MOST_TIMEOUTS = 3;

/** Compares on the sample and on all states that mutations make of it, in one transaction that is rolled back. */
export function compareOnStates(
  session: Session,
  asked: Comparing,
  checks: Counts,
  signal: AbortSignal,
): Promise<CounterExample | null> {
  const few = withSmallOffsets(asked.original, asked.rewrite);
  const comparing = few === null ? asked : { ...asked, ...few };
  const named = ({ name, ...state }: DataState): DataState => ({
    ...state,
    name: few === null ? name : `${name}; ${few.note}`,
  });
  return inRolledBack(session, async () => {
    await session.query(ATTEMPT);
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    const given: Scene = {
      model: comparing.model,
      tables: comparing.tables,
      mentions: comparing.mentions,
      joins: comparing.joins,
      qualified: new Map(),
      parameterSets: comparing.parameterSets.slice(0, SETS_OF_STATE).map(({ values }) => textsOf(values)),
    };
    const sample: DataState = { name: 'a sample of the data', statements: [], column: null };
    const counterExample = await compareOn(
      session,
      named(sample),
      comparing.parameterSets,
      comparing,
      checks,
    );
    if (counterExample !== null) return counterExample;
    const scene = await qualify(session, given);
    const prepared: DataState = {
      name: 'a sample of the data, with made-up rows of the kind that the statement asks for',
      statements: [],
      column: null,
    };
    for (const state of [prepared, ...statesOf(scene)]) {
      signal.throwIfAborted();
      const sets = setsFor(state, comparing.parameterSets);
      const found = await compareOn(session, named(state), sets, comparing, checks);
      if (found !== null) return found;
    }
    return null;
  });
}

/** Makes rows pass what the statement asks, as far as the database allows it. */
async function qualify(session: Session, scene: Scene): Promise<Scene> {
  await attempt(session, firstRows(scene));
  const accepted: Qualifier[] = [];
  for (const qualifier of qualifiersOf(scene)) {
    const done = await attempt(session, qualifier.statements);
    if (done.at(-1) === true) accepted.push(qualifier);
  }
  const qualified = { ...scene, qualified: qualifiedValues(accepted) };
  await attempt(session, passingRows(qualified));
  return qualified;
}

async function compareOn(
  session: Session,
  state: DataState,
  sets: readonly ParameterSet[],
  comparing: Comparing,
  checks: Counts,
): Promise<CounterExample | null> {
  await session.control('SAVEPOINT pitstop_state');
  const done = await attempt(session, state.statements);
  checks.forbidden += done.filter((one) => !one).length;
  checks.states += 1;
  await session.query(`SELECT set_config('statement_timeout', $1, true)`, [String(STATEMENT_TIMEOUT_MS)]);
  await session.control('SAVEPOINT pitstop_compare');
  for (const { values } of sets) {
    if (checks.timedOut >= MOST_TIMEOUTS) break;
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

/** Runs statements one by one, each of which may fail, in one round trip; tells which did not. */
async function attempt(session: Session, statements: readonly string[]): Promise<boolean[]> {
  if (statements.length === 0) return [];
  const rows = await session.query<{ done: boolean }>(
    'SELECT pg_temp.pitstop_attempt(statement) AS done FROM unnest($1::text[]) AS statement',
    [statements],
  );
  return rows.map(({ done }) => done);
}

const ATTEMPT = `
  CREATE FUNCTION pg_temp.pitstop_attempt(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE statement;
    RETURN true;
  EXCEPTION WHEN OTHERS THEN
    RETURN false;
  END $$`;
