import type { Node } from '@pgsql/types';
import { selectOf } from '../derived-table.ts';
import { branchesOf, hasUntypedConstant, unionAll } from '../or-branches.ts';
import { outputOrder } from '../output-order.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainSelect } from '../simple-query.ts';
import type { Query, Statement } from '../statement.ts';
import { sortKeysOf, tellsApart } from '../total-order.ts';
import { columnsIn, onlyEntry, withQuery, wrappersIn } from '../transplant.ts';

/**
 * For an OR over several columns, bitmaps can be put together, but not in an order: all rows are read and sorted for
 * the first few. A query for each column can stop early with an index on the column and the order. The first rows of
 * all are among the first rows of each.
 */
export const orToOrderedUnion: RewriteRule = {
  name: 'or-to-ordered-union',
  summary:
    'An OR over several columns with ORDER BY and LIMIT becomes UNION ALL of the first rows of each side.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const tree = query.outer === null && query.place !== 'arm' ? split(query, statement) : null;
      if (tree !== null)
        return {
          tree,
          reason:
            'an OR over several columns became a query for each, which gives its first rows in order; the later ones leave out the rows of the earlier with IS NOT TRUE',
        };
    }
    return null;
  }),
};

function split(query: Query, statement: Statement): Node | null {
  const { withClause, sortClause, limitCount, limitOption, ...select } = query.select;
  const entry = onlyEntry(query);
  if (sortClause === undefined || limitCount === undefined || limitOption !== 'LIMIT_OPTION_COUNT')
    return null;
  if (entry === null || !isPlainSelect(select) || hasUntypedConstant(select)) return null;
  // Otherwise it is open which of equal rows are the first.
  const keys = sortKeysOf(query, statement)?.map(({ lead }) => lead.column.name);
  if (keys === undefined || !tellsApart(entry, keys)) return null;
  const branches = branchesOf(query, (side) => columnOfSide(side, query, statement));
  const sorted = outputOrder(sortClause, query, statement);
  if (branches === null || sorted === null || wrappersIn(limitCount, 'SubLink').length > 0) return null;
  const limit = { limitCount, limitOption };
  const united = unionAll(branches.map((whereClause) => ({ ...select, whereClause, sortClause, ...limit })));
  return withQuery(statement, query, selectOf({ ...united, withClause, sortClause: sorted, ...limit }));
}

/** The column that a side of an OR is about, or else the side itself. */
function columnOfSide(side: Node, query: Query, statement: Statement): unknown {
  const names = new Set(
    columnsIn(side).map((node) => {
      const lead = statement.leads.get(node);
      return lead?.query === query ? lead.column.name : null;
    }),
  );
  const [name] = names;
  return names.size === 1 && name != null ? name : side;
}
