import { relationReferences } from '../advisor/references.ts';
import { copiedData, type WorkloadData } from '../labs/configuration/data.ts';
import { DEFAULT_DATA_LIMITS } from '../labs/sandbox/fill.ts';
import { statementWorkload, type Workload } from '../measure/servers/workload.ts';
import { Blocked } from '../outcome.ts';
import { readBusiestStatements } from '../pg/catalog/busiest-statements.ts';
import { readRelations } from '../pg/catalog/relations.ts';
import type { StatementFacts } from '../steps/step.ts';
import type { RunContext } from './context.ts';
import { requireSafe } from './facts.ts';
import { withSampledValues } from './sampled-values.ts';
import { readStatement } from './statement.ts';

/**
 * The statements that cost the target most, on a copy of what they read, with values from statistics where nobody knows
 * better. Null where none of them can be executed elsewhere.
 */
export async function readBusiestWorkload(
  run: RunContext,
  top: number,
): Promise<{ readonly workload: Workload; readonly data: WorkloadData } | null> {
  const busiest = await readBusiestStatements(run.reader);
  const usable: { readonly statement: StatementFacts; readonly relations: readonly number[] }[] = [];
  for (const { query } of busiest?.statements ?? []) {
    run.signal.throwIfAborted();
    const found = usable.length < top ? await readUsable(run, query) : null;
    if (found !== null) usable.push(found);
  }
  if (usable.length === 0) return null;
  const count = usable.length === 1 ? 'statement that costs' : `${usable.length} statements that cost`;
  return {
    workload: statementWorkload(
      `the ${count} the server most`,
      usable.map(({ statement }) => statement.probe),
    ),
    data: await copiedData(run.reader, {
      relations: [...new Set(usable.flatMap(({ relations }) => relations))],
      statements: usable.map(({ statement }) => statement.parsed.tree),
      triggers: false,
      data: DEFAULT_DATA_LIMITS,
    }),
  };
}

/** Null for what writes, reads no table, or has parameters that could be anything. */
async function readUsable(run: RunContext, sql: string) {
  try {
    const read = readStatement({ sql, parameterSets: [] }, { open: true });
    const relations = await readRelations(run.reader, relationReferences(read.parsed.tree));
    await requireSafe(run, read);
    const { statement } = await withSampledValues(run, read, relations);
    if (statement === null || relations.length === 0) return null;
    return { statement, relations: relations.map(({ relation }) => relation.oid) };
  } catch (error) {
    if (error instanceof Blocked) return null;
    throw error;
  }
}
