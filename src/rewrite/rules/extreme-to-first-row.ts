import type { Node } from '@pgsql/types';
import { aggregateName, isOrderFree } from '../aggregates.ts';
import { selectOf, target } from '../derived-table.ts';
import { conjunction, conjuncts, nullTest } from '../nodes.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { onlyTarget } from '../simple-query.ts';
import type { Query, SelectStmt, Statement } from '../statement.ts';
import { isNeverNull } from '../statement.ts';
import { withQuery } from '../transplant.ts';

/**
 * The server finds the largest value of one table in an index by itself, but not behind a join: there it reads all. In
 * the order of an index the first row that joins is enough. Without any row the subquery gives NULL, as max does.
 */
export const extremeToFirstRow: RewriteRule = {
  name: 'extreme-to-first-row',
  summary:
    '`SELECT max(x)` or `min(x)` over a join becomes the first row of `ORDER BY x … LIMIT 1`, NULL where there is none.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const select = firstRow(query, statement);
      if (select !== null)
        return {
          tree: withQuery(statement, query, select),
          reason:
            'the largest or smallest value behind a join is the first in its order, where an index can stop',
        };
    }
    return null;
  }),
};

function firstRow(query: Query, statement: Statement): SelectStmt | null {
  const { targetList, fromClause, whereClause, withClause, op: _, limitOption: __, ...rest } = query.select;
  const only = onlyTarget(targetList);
  const val = only?.val;
  if (only === null || val === undefined || !('FuncCall' in val) || Object.keys(rest).length > 0) return null;
  const name = aggregateName(val.FuncCall);
  const [column] = val.FuncCall.args ?? [];
  const lead = column === undefined ? undefined : statement.leads.get(column);
  if ((name !== 'max' && name !== 'min') || column === undefined || lead?.query !== query) return null;
  if (
    !isOrderFree(val.FuncCall, statement) ||
    query.entries.length < 2 ||
    lead.column.facts?.sortable !== true
  )
    return null;
  // The type of max over varchar is text.
  if (
    lead.column.facts.baseType === 'varchar' ||
    lead.column.facts.type !== typeAlone(lead.column.facts.type)
  )
    return null;
  const conditions = [
    ...conjuncts(whereClause),
    ...conjuncts(val.FuncCall.agg_filter),
    ...(isNeverNull(lead) ? [] : [nullTest(column, 'IS_NOT_NULL')]),
  ];
  const sort: Node = {
    SortBy: {
      node: column,
      sortby_dir: name === 'max' ? 'SORTBY_DESC' : 'SORTBY_DEFAULT',
      sortby_nulls: 'SORTBY_NULLS_DEFAULT',
    },
  };
  const first = selectOf({
    targetList: [target(column)],
    fromClause,
    whereClause: conjunction(conditions),
    sortClause: [sort],
    limitCount: { A_Const: { ival: { ival: 1 } } },
    limitOption: 'LIMIT_OPTION_COUNT',
  });
  const value: Node = { SubLink: { subLinkType: 'EXPR_SUBLINK', subselect: { SelectStmt: first } } };
  return selectOf({ withClause, targetList: [target(value, only.name ?? outputName(val))] });
}

/** An aggregate's result has no length or scale, and is of no domain. */
const typeAlone = (type: string): string => (PLAIN.has(type) ? type : '');

const PLAIN: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'oid',
  'text',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'uuid',
  'inet',
  'pg_lsn',
  'bytea',
]);
