import type { Node } from '@pgsql/types';
import { Blocked } from '../outcome.ts';
import { highestParameter } from '../sql/parameters.ts';
import { parseStatements } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';
import type { ParameterSet } from '../steps/step.ts';
import { bindParameters, readStatement, requireValues } from './statement.ts';

/** One statement that has a plan. */
export interface ExplainedStatement {
  readonly sql: string;
  readonly tree: Node;
  readonly values: readonly unknown[];
  /** Why it is only planned, whatever the target; null for a query that may be executed. */
  readonly onlyPlanned: string | null;
  /** Whether it stood behind an EXPLAIN of its own, which was left out. */
  readonly unwrapped: boolean;
}

/** What a statement is that is no query to measure, and may have a plan all the same. */
const NOT_A_PROBE = new Set(['statement-writes', 'statement-locks-rows', 'statement-not-a-query']);
const PLANNED = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** `EXPLAIN ANALYZE VERBOSE …`, `EXPLAIN (ANALYZE, BUFFERS) …`; not `EXPLAIN (SELECT 1)`. */
const EXPLAIN =
  /^\s*EXPLAIN(?:\s*\(\s*(?:ANALY[SZ]E|VERBOSE|COSTS|SETTINGS|GENERIC_PLAN|BUFFERS|SERIALIZE|WAL|TIMING|SUMMARY|MEMORY|FORMAT)\b[^()]*\)\s*|\s+(?:ANALY[SZ]E\s+)?(?:VERBOSE\s+)?)/i;

/** Reads a text as one statement to explain, with a value for each of its parameters. Needs `loadParser()` before. */
export function readExplained(text: string, parameters: ParameterSet | null): ExplainedStatement {
  // Blanks instead of what is left out: the places that messages name stay those of the text.
  const sql = text.replace(EXPLAIN, (prefix) => prefix.replaceAll(/[^\n]/g, ' '));
  const subject = { sql, parameterSets: [parameters ?? []] };
  const unwrapped = sql !== text;
  try {
    const { parsed, probe } = readStatement(subject);
    const [values = []] = probe.parameterSets;
    return { sql: parsed.sql, tree: parsed.tree, values, onlyPlanned: null, unwrapped };
  } catch (error) {
    if (!(error instanceof Blocked) || !NOT_A_PROBE.has(error.conclusion.reason.code)) throw error;
    return { ...readPlanned(subject, error), unwrapped };
  }
}

function readPlanned(
  { sql, parameterSets }: { readonly sql: string; readonly parameterSets: readonly ParameterSet[] },
  refusal: Blocked,
): Omit<ExplainedStatement, 'unwrapped'> {
  const bound = bindParameters(sql, parameterSets);
  const [statement] = parseStatements(bound.sql);
  if (statement === undefined || !PLANNED.some((tag) => tag in statement.tree)) throw refusal;
  if ([...nodesOf(statement.tree)].some(({ fields }) => 'intoClause' in fields))
    throw new Blocked('refused', 'statement-not-a-query', 'SELECT … INTO creates a table; leave INTO out');
  requireValues(bound.values, highestParameter(statement.tree));
  const [values = []] = bound.values;
  return { ...statement, values, onlyPlanned: refusal.conclusion.reason.message };
}
