import type { Node } from '@pgsql/types';
import { exists, selectOf } from '../derived-table.ts';
import { isExact } from '../equality.ts';
import { innerJoinsOf } from '../inner-joins.ts';
import { conjunction } from '../nodes.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainDistinct, isPlainSelect } from '../simple-query.ts';
import type { Entry, Lead, Query, SelectStmt, Statement } from '../statement.ts';
import { sortKeysOf, tellsApart } from '../total-order.ts';
import { columnsIn, movedInto, withQuery, wrappersIn } from '../transplant.ts';

/**
 * A join that only shows whether there is a counterpart multiplies rows, and DISTINCT takes the copies away again.
 * EXISTS makes none. DISTINCT stays unless a key among the columns keeps the rows apart.
 */
export const distinctJoinToExists: RewriteRule = {
  name: 'distinct-join-to-exists',
  summary:
    'DISTINCT over the columns of one table behind inner joins becomes EXISTS for the others, without DISTINCT where a key is selected.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const select = semiJoined(query, statement);
      if (select !== null)
        return {
          tree: withQuery(statement, query, select),
          reason:
            'tables that were joined only to see whether there is a counterpart are asked by EXISTS, which makes no copies for DISTINCT to remove',
        };
    }
    return null;
  }),
};

function semiJoined(query: Query, statement: Statement): SelectStmt | null {
  const { distinctClause, fromClause: _, whereClause: __, ...rest } = query.select;
  const { limitCount: ___, limitOffset: ____, ...rows } = rest;
  if (!isPlainDistinct(query.select) || !isPlainSelect(rows)) return null;
  // Which rows a LIMIT keeps, and which of equal values DISTINCT keeps, must not depend on the plan.
  const selected = selectedColumns(query, statement);
  const kept = selected?.[0]?.entry;
  const joins = innerJoinsOf(query);
  if (selected === null || kept === undefined || joins === null || joins.items.length < 2) return null;
  if (!joins.items.includes(kept.node)) return null;
  if (!selected.every(({ entry }) => entry === kept) || !isSettled(query, selected, statement)) return null;
  const unique = tellsApart(
    kept,
    selected.map(({ column }) => column.name),
  );
  if (!unique && !selected.every(({ column }) => column.facts !== null && isExact(column.facts))) return null;

  const outside: Node[] = [];
  const inside: Node[] = [];
  for (const condition of joins.conditions) {
    const entries = entriesIn(condition, query, statement);
    // Inside of EXISTS a name without alias could be found nearer.
    const moved = movedInto(query, condition, statement);
    if (entries === null || moved === null) return null;
    if (entries.every((entry) => entry === kept)) outside.push(condition);
    else inside.push(moved);
  }
  const asked = selectOf({
    fromClause: joins.items.filter((item) => item !== kept.node),
    whereClause: conjunction(inside),
  });
  return selectOf({
    ...rest,
    ...(unique ? {} : { distinctClause }),
    fromClause: [kept.node],
    whereClause: conjunction([...outside, exists(asked)]),
  });
}

/** The columns of the SELECT list, where there is nothing else in it; `alias.*` counts as all columns of the entry. */
function selectedColumns(query: Query, statement: Statement): Lead[] | null {
  const selected: Lead[] = [];
  for (const node of query.select.targetList ?? []) {
    const val = 'ResTarget' in node ? node.ResTarget.val : undefined;
    const lead = val === undefined ? undefined : statement.leads.get(val);
    const entry = val === undefined ? undefined : starred(val, query);
    if (lead?.query === query) selected.push(lead);
    else if (entry?.columns != null)
      selected.push(...entry.columns.map((column) => ({ query, entry, column })));
    else return null;
  }
  return selected;
}

/** The entry of `alias.*` */
function starred(val: Node, { entries }: Query): Entry | undefined {
  const [first, second, more] = 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
  if (first === undefined || second === undefined || more !== undefined || !('A_Star' in second))
    return undefined;
  return entries.find(({ alias }) => 'String' in first && first.String.sval === alias);
}

/** Whether a LIMIT keeps the same rows whatever the plan: that rows are distinct makes an order by all columns total. */
function isSettled(query: Query, selected: readonly Lead[], statement: Statement): boolean {
  if ((query.select.limitCount ?? query.select.limitOffset) === undefined) return true;
  const sorted = new Set(sortKeysOf(query, statement)?.map(({ lead }) => lead.column));
  return selected.every(({ column }) => sorted.has(column));
}

/** The entries of the query itself that a condition is about, its subqueries included. */
function entriesIn(condition: Node, query: Query, statement: Statement): Entry[] | null {
  // What stands in a subquery sees the same names from one query further in.
  if (wrappersIn(condition, 'SubLink').length > 0) return null;
  const entries: Entry[] = [];
  for (const node of columnsIn(condition)) {
    const lead = statement.leads.get(node);
    if (lead === undefined) return null;
    if (lead.query === query) entries.push(lead.entry);
  }
  return entries;
}
