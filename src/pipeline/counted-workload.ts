import { relationReferences } from '../advisor/references.ts';
import { Blocked } from '../outcome.ts';
import {
  readBusiestStatements,
  type BusiestStatements,
  type BusyStatement,
} from '../pg/catalog/busiest-statements.ts';
import { formatCount, formatMs } from '../report/format.ts';
import { asStatement } from '../sql/counted-statement.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import { readProbe } from '../sql/probe.ts';
import type { InputFields } from '../task/input.ts';
import type { RunContext } from './context.ts';
import { lookAt } from './workload-statement.ts';

/** The statement that stands for what a server counted, and what it was chosen from. */
export interface CountedChoice {
  readonly from: 'pg_stat_statements';
  /** Its rank among the considered ones, from 1. */
  readonly rank: number;
  readonly calls: number;
  readonly totalMs: number;
  /** Of the time of all statements of the database; 0.1 is 10 %. */
  readonly share: number;
  /** Most time first, the chosen one among them. */
  readonly considered: readonly ConsideredStatement[];
  /** Statements of other roles whose text could not be seen. */
  readonly hidden: number;
}

interface ConsideredStatement {
  readonly sql: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  /** Why it is not the one; null for the chosen one and those that took less. */
  readonly passedOver: string | null;
}

/** Of the busiest reading statements that the server counted the one that took most time and can be measured. */
export async function chooseCounted(
  run: RunContext,
  fields: InputFields,
  top: number,
): Promise<{ readonly query: string; readonly choice: CountedChoice }> {
  const busiest = await readBusiestStatements(run.reader);
  if (busiest === null) throw withoutCounts();
  const ranked = busiest.statements.filter(isReadingOfTables).slice(0, top);
  const passedOver = new Map<BusyStatement, string>();
  for (const [at, statement] of ranked.entries()) {
    run.signal.throwIfAborted();
    const query = asStatement(statement.query);
    const look = await lookAt(run, { ...fields, query });
    if ('probe' in look)
      return { query, choice: choiceOf(busiest, ranked, passedOver, at, fields.sensitive) };
    passedOver.set(statement, look.problem);
  }
  const [first] = passedOver.values();
  throw new Blocked(
    'needs-information',
    'workload-empty',
    first === undefined
      ? `pg_stat_statements has no reading statement of this database's tables${hiddenText(busiest)}; let the application run, then run again`
      : `none of the ${ranked.length} busiest statements can be measured; the first: ${fields.sensitive ? 'not shown' : first}`,
  );
}

/** What people should know of it: which statement it is, and what it takes. */
export function noteOfCounted({ rank, calls, totalMs, share, considered, hidden }: CountedChoice): string {
  const which = rank === 1 ? 'the busiest' : `number ${rank}`;
  const passed = rank === 1 ? '' : `; passed over: ${considered[0]?.passedOver ?? ''}`;
  const unseen = hidden === 0 ? '' : `; ${hidden} statements of other roles cannot be seen`;
  return `${which} of pg_stat_statements: ${formatCount(calls)} calls, ${formatMs(totalMs / Math.max(1, calls))} each, ${formatMs(totalMs)} in all, ${Math.round(share * 100)} % of the database's time${passed}${unseen}`;
}

function withoutCounts(): Blocked {
  return new Blocked(
    'needs-information',
    'extension-missing',
    'this database has no pg_stat_statements that can be read: put it into shared_preload_libraries, restart the server, run CREATE EXTENSION pg_stat_statements, let the application work for a while, then run again; or name the statement in Query',
  );
}

/** Those of the server itself, of extensions and of pitstop read nothing else than catalogs, or no table at all. */
function isReadingOfTables({ query }: BusyStatement): boolean {
  const probe = readProbe(asStatement(query));
  // What does not parse with its constants gone is looked at all the same: it is named as passed over.
  if (!probe.ok) return probe.code === 'statement-syntax-error' && /^\s*(?:select|with)\b/i.test(query);
  const references = relationReferences(probe.tree);
  return references.some(({ schema, name }) => !isOfServer(schema, name));
}

const SERVER_SCHEMAS = new Set(['pg_catalog', 'information_schema', 'pg_toast', 'pitstop']);

/** `pg_stat_statements` may be in any schema. */
function isOfServer(schema: string | null, name: string): boolean {
  return name.startsWith('pg_') || (schema !== null && SERVER_SCHEMAS.has(schema));
}

function choiceOf(
  { totalMs: allMs, hidden }: BusiestStatements,
  ranked: readonly BusyStatement[],
  passedOver: ReadonlyMap<BusyStatement, string>,
  at: number,
  sensitive: boolean,
): CountedChoice {
  const { calls = 0, totalMs = 0 } = ranked[at] ?? {};
  return {
    from: 'pg_stat_statements',
    rank: at + 1,
    calls,
    totalMs,
    share: allMs === 0 ? 0 : Math.min(1, totalMs / allMs),
    considered: ranked.map((statement) => ({
      sql: sensitive ? withoutLiterals(statement.query) : statement.query,
      calls: statement.calls,
      totalMs: statement.totalMs,
      meanMs: statement.totalMs / Math.max(1, statement.calls),
      passedOver: sensitive && passedOver.has(statement) ? 'not shown' : (passedOver.get(statement) ?? null),
    })),
    hidden,
  };
}

function hiddenText({ hidden }: BusiestStatements): string {
  return hidden === 0 ? '' : `, and ${hidden} of other roles that cannot be seen without pg_read_all_stats`;
}
