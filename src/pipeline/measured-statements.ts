import type { Node } from '@pgsql/types';
import { relationReferences } from '../advisor/references.ts';
import { PitstopError } from '../errors.ts';
import { copiedData, type WorkloadData } from '../labs/configuration/data.ts';
import { DEFAULT_DATA_LIMITS } from '../labs/sandbox/fill.ts';
import type { Probe } from '../measure/probe.ts';
import { statementWorkload, type Workload } from '../measure/servers/workload.ts';
import { Blocked } from '../outcome.ts';
import { readBusiestStatements } from '../pg/catalog/busiest-statements.ts';
import { readRelations } from '../pg/catalog/relations.ts';
import type { Session } from '../pg/session.ts';
import { asStatement } from '../sql/counted-statement.ts';
import { parseStatements } from '../sql/parse.ts';
import { countedWorkload } from '../task/workload.ts';
import type { RunContext } from './context.ts';
import { withSampledValues } from './sampled-values.ts';
import { readStatement } from './statement.ts';

/** Statements of a server that a configuration is measured with, on a copy of what they read. */
export interface MeasuredStatements {
  readonly workload: Workload;
  readonly data: WorkloadData;
  /** What was passed over and why, and where values come from; for people. */
  readonly notes: readonly string[];
}

export interface StatementSource {
  readonly reader: Session;
  readonly limits: RunContext['limits'];
  readonly signal: AbortSignal;
}

interface Measurable {
  readonly tree: Node;
  readonly probe: Probe;
  readonly relations: readonly number[];
  readonly note: string | null;
}

/**
 * Reads the statements that are named: those of a text of SQL, or the busiest that the server counted
 * (`pg_stat_statements top 5`). What writes or cannot be read safely is passed over. The target is only read. Needs
 * `loadParser()` before.
 * @throws PitstopError `usage` where nothing is left to measure
 */
export async function readMeasuredStatements(
  source: StatementSource,
  { named, text }: { readonly named: string; readonly text: string | null },
): Promise<MeasuredStatements> {
  const counted = text === null ? countedWorkload(named) : null;
  const candidates =
    counted === null ? statementsOf(text ?? named, named) : await busiest(source, counted.top);
  const measurable: Measurable[] = [];
  const notes: string[] = [];
  for (const sql of candidates) {
    source.signal.throwIfAborted();
    if (counted !== null && measurable.length === counted.top) break;
    const found = await readMeasurable(source, sql);
    if (typeof found === 'string') notes.push(`passed over: ${oneLine(sql)}: ${found}`);
    else measurable.push(found);
  }
  if (measurable.length === 0)
    throw new PitstopError(
      'usage',
      `none of the statements of ${named} can be measured; ${notes[0] ?? 'there is none'}`,
      {
        hint: 'Name statements that read tables of the target; without --statements the built-in mix is measured.',
      },
    );
  const contents = {
    relations: [...new Set(measurable.flatMap(({ relations }) => relations))],
    statements: measurable.map(({ tree }) => tree),
    triggers: false,
    data: DEFAULT_DATA_LIMITS,
  };
  const name = `${measurable.length === 1 ? '1 statement' : `${measurable.length} statements`} of ${named}`;
  return {
    workload: statementWorkload(
      name,
      measurable.map(({ probe }) => probe),
    ),
    data: await copiedData(source.reader, contents),
    notes: [...notes, ...measurable.flatMap(({ note }) => note ?? [])],
  };
}

function statementsOf(text: string, named: string): string[] {
  try {
    return parseStatements(text).map(({ sql }) => sql);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PitstopError('statement-syntax-error', `${named}: ${message}`, { file: named, cause });
  }
}

/** More than are wanted: some cannot be measured. */
async function busiest({ reader }: StatementSource, top: number): Promise<string[]> {
  const counted = await readBusiestStatements(reader);
  if (counted === null)
    throw new PitstopError('usage', 'this database has no pg_stat_statements that can be read', {
      hint: 'Put it into shared_preload_libraries, restart, run CREATE EXTENSION pg_stat_statements; or name a file of SQL.',
    });
  const reading = counted.statements.filter(({ query }) => !/\bpg_/i.test(query));
  return reading.slice(0, 3 * top).map(({ query }) => asStatement(query));
}

/** Why it cannot be measured, where it cannot. */
async function readMeasurable(source: StatementSource, sql: string): Promise<Measurable | string> {
  try {
    const statement = readStatement({ sql, parameterSets: [] }, { open: true });
    const references = relationReferences(statement.parsed.tree);
    const relations = await readRelations(source.reader, references);
    if (references.length === 0) return 'it reads no table';
    if (relations.length < references.length) return 'the database does not have all of its tables';
    const { statement: filled, sampled } = await withSampledValues(source, statement, relations);
    if (filled === null) return 'it has no values';
    const oids = relations.map(({ relation }) => relation.oid);
    return { tree: statement.parsed.tree, probe: filled.probe, relations: oids, note: sampled };
  } catch (error) {
    if (error instanceof Blocked) return error.conclusion.reason.message;
    throw error;
  }
}

function oneLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
