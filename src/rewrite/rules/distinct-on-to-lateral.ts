import type { Node } from '@pgsql/types';
import { selectOf } from '../derived-table.ts';
import type { Latest } from '../latest.ts';
import { asLateral, latestOf } from '../latest.ts';
import { outputOrder } from '../output-order.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import type { Query, SelectStmt, Statement } from '../statement.ts';
import { withQuery } from '../transplant.ts';

/**
 * DISTINCT ON reads all rows of each group to keep one. Where groups are few, their keys can be found by steps through
 * an index, and the first row of each by one more look.
 */
export const distinctOnToLateral: RewriteRule = {
  name: 'distinct-on-to-lateral',
  summary:
    'DISTINCT ON over a few groups becomes steps from key to key with the first row of each by LATERAL … LIMIT 1.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const latest = distinctOn(query, statement);
      const select = latest === null ? null : lateral(latest, statement);
      if (select !== null)
        return {
          tree: withQuery(statement, query, select),
          reason:
            'the first row of each of a few groups is looked up, instead of reading all rows of every group; the group of NULL is asked for separately',
        };
    }
    return null;
  }),
};

/** `SELECT DISTINCT ON (a, b) … ORDER BY a, b, …` */
function distinctOn(query: Query, statement: Statement): Latest | null {
  const { distinctClause, sortClause, ...rows } = query.select;
  const on = (distinctClause ?? []).filter((node) => Object.keys(node).length > 0);
  const sorts = sortClause ?? [];
  if (on.length === 0 || sorts.length < on.length) return null;
  const keys = on.flatMap((node) => {
    const lead = statement.leads.get(node);
    return lead === undefined ? [] : [{ node, lead }];
  });
  // ORDER BY begins with the same columns, in any order.
  const first = sorts.slice(0, on.length).map((node) => {
    const lead =
      'SortBy' in node && node.SortBy.node !== undefined ? statement.leads.get(node.SortBy.node) : undefined;
    return keys.some((key) => key.lead.entry === lead?.entry && key.lead.column === lead.column)
      ? lead?.column
      : null;
  });
  if (keys.length !== on.length || first.includes(null) || new Set(first).size !== on.length) return null;
  return latestOf({ query, rows, keys, order: sorts.slice(on.length) }, statement);
}

function lateral(latest: Latest, statement: Statement): SelectStmt | null {
  const made = asLateral(latest, statement);
  const [sort] = latest.query.select.sortClause ?? [];
  if (made === null || sort === undefined || !('SortBy' in sort)) return null;
  // Groups come once each, so their key alone sorts them.
  const sortClause: Node[] | null = made.nullable
    ? outputOrder([sort], latest.query, statement)
    : [{ SortBy: { ...sort.SortBy, node: made.key } }];
  return sortClause === null ? null : selectOf({ ...made.select, sortClause });
}
