import type { Node } from '@pgsql/types';
import { sqlStep, type Proposal } from '../change.ts';
import { isDeterministic } from '../sql/determinism.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import { fieldsOf, namesOf, wrapperOf, type FieldsOf } from '../sql/walk.ts';
import { tablesOf, type Lever, type SlowStatement } from './lever.ts';

/**
 * The result, kept: only where nothing that is always true helps, and the item says that an older state will do. Whoever
 * asks gets what was so at the last refresh, so callers have to know.
 */
export const materializedView: Lever = {
  name: 'materialized-view',
  summary:
    'Keeps the result in a materialized view, where the item says that it may be stale and nothing exact helps.',
  propose(slow, trials) {
    const [table] = tablesOf(slow);
    if (
      !slow.limits.stale ||
      slow.sensitive ||
      table === undefined ||
      trials.some(({ accepted }) => accepted)
    )
      return [];
    const proposal = keptResult(slow, table);
    return proposal === null ? [] : [proposal];
  },
};

function keptResult(
  { statement, takenNames }: SlowStatement,
  table: { readonly schema: string; readonly name: string },
): Proposal | null {
  const { tree, sql, parameters } = statement.parsed;
  const order = 'SelectStmt' in tree ? orderOf(tree.SelectStmt) : null;
  // What is kept must not be one of several right answers, and has no parameters.
  if (parameters > 0 || order === null || !isFixed(tree)) return null;
  const name = freeName(table.name, (wished) => takenNames.has(`${table.schema}.${wished}`));
  const view = quoteQualified({ schema: table.schema, name });
  const up = `CREATE MATERIALIZED VIEW ${view} AS\n${sql}`;
  const step = sqlStep(name, up, { down: `DROP MATERIALIZED VIEW IF EXISTS ${view}` });
  return {
    id: `materialized view ${view}`,
    change: {
      summary: `materialized view ${view}`,
      steps: [step],
      rewrite: { sql: `SELECT * FROM ${view}${order}`, rules: ['materialized-view'], changesInterface: true },
    },
    reason: 'nothing exact helps, and the item allows an older state',
    probe: statement.probe,
    estimatedGainMs: 0,
    notes: [
      `it is as old as its last REFRESH MATERIALIZED VIEW ${view}; with a unique index on it, CONCURRENTLY lets readers go on`,
    ],
  };
}

/** Sums and averages are fixed enough: what they give is kept with the rest. */
function isFixed(tree: Node): boolean {
  return isDeterministic(tree) || ('SelectStmt' in tree && tree.SelectStmt.limitCount === undefined);
}

function freeName(table: string, isTaken: (name: string) => boolean): string {
  for (let pass = 0; ; pass += 1) {
    const name = `${table.slice(0, 50)}_summary${pass === 0 ? '' : pass}`;
    if (!isTaken(name)) return name;
  }
}

/** The ORDER BY over the view; null where it sorts by what is no column of the result. */
function orderOf({ sortClause = [], targetList = [] }: FieldsOf<'SelectStmt'>): string | null {
  const outputs = new Set(targetList.flatMap(outputName));
  const keys = sortClause.map((node) => sortKey(node, outputs));
  if (keys.includes(null)) return null;
  return keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`;
}

function outputName(node: Node): string[] {
  if (!('ResTarget' in node)) return [];
  const { name, val } = node.ResTarget;
  if (name !== undefined) return [name];
  const column = val !== undefined && 'ColumnRef' in val ? namesOf(val.ColumnRef.fields).at(-1) : undefined;
  return column === undefined ? [] : [column];
}

function sortKey(node: Node, outputs: ReadonlySet<string>): string | null {
  const visited = wrapperOf(node);
  const sort = visited === null ? null : fieldsOf(visited, 'SortBy');
  if (sort === null || sort.node === undefined || sort.sortby_dir === 'SORTBY_USING') return null;
  const subject = sortSubject(sort.node, outputs);
  if (subject === null) return null;
  const direction = sort.sortby_dir === 'SORTBY_DESC' ? ' DESC' : '';
  const nulls =
    { SORTBY_NULLS_FIRST: ' NULLS FIRST', SORTBY_NULLS_LAST: ' NULLS LAST' }[String(sort.sortby_nulls)] ?? '';
  return subject + direction + nulls;
}

function sortSubject(node: Node, outputs: ReadonlySet<string>): string | null {
  if ('A_Const' in node) return node.A_Const.ival?.ival === undefined ? null : String(node.A_Const.ival.ival);
  if (!('ColumnRef' in node)) return null;
  const name = namesOf(node.ColumnRef.fields).at(-1);
  return name !== undefined && outputs.has(name) ? quoteName(name) : null;
}
