import type { RelationFacts } from '../facts.ts';
import { createRowsDigest, isSameResult, type RowsDigest } from '../measure/digest.ts';
import { judgeGain } from '../measure/judge.ts';
import { countedCalls, isLookupStorm, type CountedCalls } from '../measure/lookup-storm.ts';
import type { Measurement, Speedup } from '../measure/measurement.ts';
import { takePairs } from '../measure/series.ts';
import { floorRatio, pairedSpeedup, summarize, type Pair } from '../measure/statistics.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { readBusiestStatements } from '../pg/catalog/busiest-statements.ts';
import { readOnly, readOnlySnapshot } from '../pg/execute.ts';
import type { Session } from '../pg/session.ts';
import { formatCount, formatMs } from '../report/format.ts';
import { batched, type BatchedStatement } from '../rewrite/batched.ts';
import type { FactSheet } from '../steps/step.ts';
import type { RunContext } from './context.ts';
import { shownRewrite } from './deliver.ts';
import type { Dossier } from './dossier.ts';
import { requireSafe } from './facts.ts';
import { readStatement } from './statement.ts';

/** Calls with one key each, measured against one call with all the keys. */
export interface BatchTrial {
  /** As the server counted them. */
  readonly counted: CountedCalls;
  readonly keys: number;
  readonly before: Measurement;
  readonly after: Measurement;
  readonly speedup: Speedup;
  readonly pairs: readonly Pair[];
}

/** A page of a list is seldom longer. */
const MOST_KEYS = 100;
const FEWEST_KEYS = 10;

/**
 * A lookup that is fast and only called too often (an N+1 pattern) has nothing to gain by itself: the answer is one
 * statement for many keys, which callers have to be changed for. Null where the statement is no such lookup, or where one
 * call is not faster than many.
 */
export async function concludeBatch(
  run: RunContext,
  dossier: Dossier,
  { statement, relations = [], server }: Partial<FactSheet>,
): Promise<Conclusion | null> {
  const session = run.mayMeasureTarget ? run.reader : run.lab === null ? null : run.labReader;
  if (statement === undefined || server === undefined || session === null) return null;
  const { sql, tree } = statement.parsed;
  const batch = batched({ sql, tree, relations, settings: server.settings });
  if (batch === null || !hasIndex(batch.table, batch.key.name)) return null;
  const counts = await readBusiestStatements(run.reader);
  const counted = counts === null ? null : countedCalls(sql, counts);
  if (counted === null || !isLookupStorm(counted)) return null;
  const keys = keysOf(batch);
  if (keys.length < FEWEST_KEYS) return null;
  await requireSafe(run, readStatement({ sql: batch.sql, parameterSets: [[keys]] }));
  const trial = await measureBatch(run, session, sql, batch, keys, counted);
  if (trial === null) return null;
  return proposeBatch(dossier, batch, trial);
}

/** Without one each call reads the table: that is to be bettered first. */
function hasIndex({ indexes }: RelationFacts, key: string): boolean {
  return indexes.some(
    ({ valid, predicate, keys: [first] }) => valid && predicate === null && first?.column === key,
  );
}

function keysOf({ key: { commonValues, histogram } }: BatchedStatement): string[] {
  const values = [...new Set([...histogram, ...commonValues.map(({ value }) => value)])];
  const stride = Math.max(1, Math.floor(values.length / MOST_KEYS));
  return values.filter((_, at) => at % stride === 0).slice(0, MOST_KEYS);
}

/** Null where the rows differ, or where the gain does not show. */
async function measureBatch(
  { limits: { cutoffMs }, series, threshold, labIsTarget, mayMeasureTarget, labName }: RunContext,
  session: Session,
  sql: string,
  batch: BatchedStatement,
  keys: readonly string[],
  counted: CountedCalls,
): Promise<BatchTrial | null> {
  const inTurn = (onRow: OnRow) => callEach(session, sql, keys, onRow);
  const atOnce = (onRow: OnRow) => session.stream(batch.sql, [keys], onRow);
  const [one, other] = await readOnlySnapshot(session, cutoffMs, async () => [
    await digestOf(inTurn),
    await digestOf((onRow) => atOnce((row) => onRow(batch.addsKey ? row.slice(1) : row))),
  ]);
  if (one === undefined || other === undefined) return null;
  // Rows of different keys have no order among them.
  if (!isSameResult([one], [other], { ordersTotally: false })) return null;
  const timed = (call: typeof inTurn | typeof atOnce) => () =>
    readOnly(session, cutoffMs, async () => {
      const started = series.clock();
      await call(() => undefined);
      return series.clock() - started;
    });
  const pairs = await takePairs(timed(inTurn), timed(atOnce), series);
  const where = labIsTarget || mayMeasureTarget ? 'target' : (labName ?? 'lab');
  const summary = (runsMs: readonly number[]) => summarize(runsMs, null, where, series.random);
  const [beforeMs, afterMs] = [pairs.map((pair) => pair.beforeMs), pairs.map((pair) => pair.afterMs)];
  const [before, after] = [summary(beforeMs), summary(afterMs)];
  const speedup = pairedSpeedup(pairs, series.random);
  const floor = floorRatio(beforeMs, afterMs);
  const { accepted } = judgeGain({ before, after, speedup, floorRatio: floor, rows: 'same' }, threshold);
  return accepted ? { counted, keys: keys.length, before, after, speedup, pairs } : null;
}

type OnRow = (row: readonly (string | null)[]) => void;

async function callEach(session: Session, sql: string, keys: readonly string[], onRow: OnRow): Promise<void> {
  for (const key of keys) await session.stream(sql, [key], onRow);
}

async function digestOf(call: (onRow: OnRow) => Promise<unknown>): Promise<RowsDigest> {
  const digest = createRowsDigest();
  await call((row) => digest.add(row));
  return digest.result();
}

function proposeBatch(dossier: Dossier, batch: BatchedStatement, trial: BatchTrial): Conclusion {
  const { counted, keys, before, after, speedup } = trial;
  const { calls, meanMs, share } = counted;
  const percent = Math.round(share * 100);
  dossier.batch = trial;
  dossier.changes = 'one statement for many keys, in place of one call for each';
  dossier.rewrite = shownRewrite(dossier, batch.sql);
  dossier.before = before;
  dossier.after = after;
  dossier.speedup = speedup;
  dossier.rows = 'same';
  dossier.notes.push(
    `${formatCount(calls)} calls of ${formatMs(meanMs)} each take ${percent} % of the database's time`,
    `measured: ${keys} calls with one key each, and one call with an array of ${keys} keys, without the network's share`,
  );
  const told = batch.addsKey ? `; ${batch.key.name} comes first in each row, to tell whose it is` : '';
  const message = `each call is fast, and there are too many: have callers collect their keys and pass them as one array to the statement under Changes${told}; then put it into Query and run again`;
  return conclude('handed-over', 'adopt-batch', message);
}
