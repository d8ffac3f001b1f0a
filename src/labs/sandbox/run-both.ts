import {
  createResultDigest,
  createRowsDifference,
  differenceOf,
  type ResultDigest,
} from '../../equivalence/result-digest.ts';
import { counterExampleOf, type CounterExample } from '../../equivalence/verdict.ts';
import { isStatementTimeout, sqlState } from '../../pg/failure.ts';
import type { Session } from '../../pg/session.ts';
import type { Comparing, Counts } from './comparing.ts';

/** Rows of a counter-example, each side. */
const SHOWN = 5;
const LONGEST_VALUE = 200;
/** Above this, what differs is said in words only: the rows of both would have to be kept. */
const MOST_ROWS = 200_000;

/**
 * Runs both statements with one parameter set and compares. Null where they agree, and where nothing can be said: the
 * original raises, or one of them takes too long.
 * @param attempt runs work that may fail, and leaves the session fit for more
 */
export async function compareOnce(
  session: Session,
  attempt: (work: () => Promise<void>) => Promise<void>,
  { original, rewrite, form, strictness, columns }: Comparing,
  state: string,
  values: readonly unknown[],
  checks: Counts,
): Promise<CounterExample | null> {
  const run = async (sql: string): Promise<ResultDigest | Error> => {
    const digest = createResultDigest(form);
    return (
      (await failureOf(attempt, async () => {
        await session.stream(sql, values, (row) => digest.add(row));
      })) ?? digest.result()
    );
  };
  const expected = await run(original);
  if (expected instanceof Error) {
    if (isStatementTimeout(expected)) checks.timedOut += 1;
    else checks.originalRaised += 1;
    return null;
  }
  const actual = await run(rewrite);
  if (actual instanceof Error) {
    if (isStatementTimeout(actual)) {
      checks.timedOut += 1;
      return null;
    }
    return counterExampleOf(state, values, `the rewrite raises: ${actual.message}`, columns);
  }
  checks.comparisons += 1;
  if (expected.rows > 0) checks.withRows += 1;
  const difference = differenceOf(expected, actual, strictness);
  if (difference === null) return null;
  if (Math.max(expected.rows, actual.rows) > MOST_ROWS)
    return counterExampleOf(state, values, difference, columns);
  const rows = createRowsDifference(form.inexact);
  await session.stream(original, values, rows.addToFirst);
  await session.stream(rewrite, values, rows.addToSecond);
  return counterExampleOf(state, values, difference, columns, {
    onlyOriginal: rows.onlyInFirst(SHOWN).map(cut),
    onlyRewrite: rows.onlyInSecond(SHOWN).map(cut),
  });
}

/** What the server raised; anything else goes on as it is. */
async function failureOf(
  attempt: (work: () => Promise<void>) => Promise<void>,
  work: () => Promise<void>,
): Promise<Error | null> {
  try {
    await attempt(work);
    return null;
  } catch (error) {
    const cancelled = sqlState(error) === '57014' && !isStatementTimeout(error);
    if (sqlState(error) === null || cancelled || !(error instanceof Error)) throw error;
    return error;
  }
}

function cut(row: readonly (string | null)[]): (string | null)[] {
  return row.map((value) =>
    value !== null && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value,
  );
}
