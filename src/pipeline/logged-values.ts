import type { Node } from '@pgsql/types';
import type { ResolvedRelation } from '../facts.ts';
import { Blocked } from '../outcome.ts';
import { probeRunner, readOnly } from '../pg/execute.ts';
import { formatCount, formatMs } from '../report/format.ts';
import { valuesIn } from '../sql/occurrence.ts';
import { statementsOrNone } from '../sql/parse.ts';
import type { StatementFacts } from '../steps/step.ts';
import type { LoggedCall } from '../server-log/call.ts';
import type { RunContext } from './context.ts';
import { readLoggedCalls } from './logged-calls.ts';
import { withSampledValues, type FilledStatement } from './sampled-values.ts';
import { blockedByServer } from './server-refusal.ts';

/** Values that a statement was executed with, as the server's log has them. */
interface LoggedValues {
  /** Of the slowest calls, equal ones once; none where the log has no such call. */
  readonly sets: readonly (readonly unknown[])[];
  /** What people should know of them; empty where there is nothing to know. */
  readonly said: string;
}

const MOST_SETS = 5;
/** Parsing each takes a fraction of a millisecond. */
const MOST_PARSED = 2_000;

/**
 * A statement whose values nobody gave, with those of calls in the configured logs; else with values from statistics. Ends the
 * item where neither has them all.
 */
export async function withLoggedValues(
  run: RunContext,
  statement: StatementFacts | null,
  relations: readonly ResolvedRelation[],
): Promise<FilledStatement> {
  if (statement === null || statement.probe.parameterSets.length > 0) return { statement, sampled: null };
  const { sets, said } = await findLoggedValues(run, statement, relations);
  if (sets.length === 0) return withSampledValues(run, statement, relations, said === '' ? '' : `; ${said}`);
  const { sql } = statement.probe;
  return { statement: { ...statement, probe: { sql, parameterSets: sets } }, sampled: said };
}

/** Looks for calls of a statement, whatever constants or placeholders stand there. */
async function findLoggedValues(
  run: RunContext,
  { parsed, probe }: StatementFacts,
  relations: readonly ResolvedRelation[],
): Promise<LoggedValues> {
  if (run.config.logs.length === 0) return { sets: [], said: '' };
  const { calls, unreadable } = await run.loggedCalls(() => readLoggedCalls(run));
  const problem = unreadable.length === 0 ? '' : `of the logs cannot be read: ${unreadable.join(', ')}`;
  const found = occurrencesOf(parsed.tree, calls, relations);
  const accepted: Occurrence[] = [];
  for (const one of found) {
    if (accepted.length === MOST_SETS) break;
    if (await isAccepted(run, probe.sql, one.values)) accepted.push(one);
  }
  if (accepted.length === 0) return { sets: [], said: problem };
  const said = sentence(accepted.length, found.length, accepted[0]?.ms ?? null);
  return {
    sets: accepted.map(({ values }) => values),
    said: [said, ...(problem === '' ? [] : [problem])].join('; '),
  };
}

interface Occurrence {
  readonly values: readonly unknown[];
  readonly ms: number | null;
}

/** The calls of a statement among all of a log, each set of values once, with its longest time. */
function occurrencesOf(
  asked: Node,
  calls: readonly LoggedCall[],
  relations: readonly ResolvedRelation[],
): Occurrence[] {
  const names = relations.map(({ reference }) => reference.name.toLowerCase());
  const found = new Map<string, Occurrence>();
  for (const { sql, parameters, ms } of calls
    .filter((call) => mentionsAll(call.sql, names))
    .slice(0, MOST_PARSED)) {
    const [other, ...others] = statementsOrNone(sql);
    const values = other === undefined || others.length > 0 ? null : valuesIn(asked, other.tree, parameters);
    const key = JSON.stringify(values);
    if (values !== null && !found.has(key)) found.set(key, { values, ms });
  }
  return [...found.values()];
}

function mentionsAll(sql: string, names: readonly string[]): boolean {
  const text = sql.toLowerCase();
  return names.every((name) => text.includes(name));
}

function sentence(taken: number, found: number, slowestMs: number | null): string {
  const sets = `${taken === 1 ? '1 set' : `${taken} sets`} of ${formatCount(found)}`;
  const time = slowestMs === null ? '' : `, the slowest first (${formatMs(slowestMs)} then)`;
  return `parameters of calls in the server's log, ${sets}${time}`;
}

/** A log may be of another database, whose columns have other types. */
async function isAccepted(
  { reader, limits, series }: RunContext,
  sql: string,
  set: readonly unknown[],
): Promise<boolean> {
  const isolate = <T>(work: () => Promise<T>) => readOnly(reader, limits.cutoffMs, work);
  try {
    await probeRunner(reader, { sql, parameterSets: [set] }, isolate, series.clock).explain('estimate');
    return true;
  } catch (error) {
    if (blockedByServer(error) instanceof Blocked) return false;
    throw error;
  }
}
