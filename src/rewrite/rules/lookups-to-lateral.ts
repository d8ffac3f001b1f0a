import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import { conditionsOf } from '../correlation.ts';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { addingLeftJoin } from '../from-clause.ts';
import { columnRef, sameTree } from '../nodes.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isOneRowEach, isPlainSelect, onlyTarget } from '../simple-query.ts';
import type { PlacedSubLink, Query, Statement } from '../statement.ts';
import { sortKeysOf, tellsApart } from '../total-order.ts';
import { columnsIn, freshName, onlyEntry, outsideLeads, withExpressions, wrappersIn } from '../transplant.ts';

/** Subqueries that each look up a column of the same row look it up once for all. Where there is no row, all give NULL. */
export const lookupsToLateral: RewriteRule = {
  name: 'lookups-to-lateral',
  summary: 'Several subqueries `ORDER BY … LIMIT 1` that find the same row become one LATERAL.',
  apply: everywhere((statement) => {
    for (const sublink of statement.sublinks) {
      const tree = merged(sublink, statement);
      if (tree !== null)
        return {
          tree,
          reason: 'subqueries that each looked up the same row for one column became one LATERAL',
        };
    }
    return null;
  }),
};

function merged(sublink: PlacedSubLink, statement: Statement): Node | null {
  const { around, inner } = sublink;
  if (valueOf(sublink, statement) === null) return null;
  const all = statement.sublinks.flatMap((other) => {
    const same = other.around === around && findSame(other.inner, inner);
    const val = same ? valueOf(other, statement) : null;
    return val === null ? [] : [{ node: other.node, val }];
  });
  const leads = outsideLeads(inner, inner.select, statement);
  if (all.length < 2 || leads === null) return null;
  const taken = new Set(statement.taken);
  const alias = freshName('found', taken);
  const columns = all.map(({ node, val }) => {
    const name = freshName(outputName(val), taken);
    taken.add(name);
    return { node, val, name };
  });
  const once = selectOf({ ...inner.select, targetList: columns.map(({ val, name }) => target(val, name)) });
  const edit = addingLeftJoin(around, leads, derivedTable(once, alias, { lateral: true }));
  const replaced = new Map(columns.map(({ node, name }) => [node, columnRef(alias, name)] as const));
  return edit === null ? null : withExpressions(statement, replaced, new Map([[around.select, edit]]));
}

/** Whether two queries find the same row, whatever they take from it. */
function findSame(one: Query, other: Query): boolean {
  const rowsOf = ({ select }: Query) => ({ ...select, targetList: [] });
  return sameTree(rowsOf(one), rowsOf(other));
}

/** What a subquery takes from the row that it finds, where it is clear which row that is. */
function valueOf({ link, around, inner, node }: PlacedSubLink, statement: Statement): Node | null {
  const { sortClause, limitCount, limitOption, ...rows } = inner.select;
  const val = onlyTarget(rows.targetList)?.val;
  const entry = onlyEntry(inner);
  if (link.subLinkType !== 'EXPR_SUBLINK' || val === undefined || entry === null) return null;
  const one = limitCount !== undefined && 'A_Const' in limitCount && limitCount.A_Const.ival?.ival === 1;
  if (!one || limitOption !== 'LIMIT_OPTION_COUNT' || !isPlainSelect(rows) || rows.withClause !== undefined)
    return null;
  if (!isOneRowEach(around.select) || wrappersIn(around.select.fromClause, 'SubLink').includes(node))
    return null;
  if (
    wrappersIn(rows, 'SubLink').length > 0 ||
    !columnsIn(val).every((column) => statement.leads.has(column))
  )
    return null;
  // An output's name in ORDER BY would be another's.
  const sorts = (sortClause ?? []).flatMap((sort) => ('SortBy' in sort ? (sort.SortBy.node ?? []) : []));
  const keys = sortKeysOf(inner, statement);
  if (keys === null || !sorts.every((sort) => statement.leads.has(sort))) return null;
  const fixed = [...keys.map(({ lead }) => lead.column.name), ...fixedColumns(inner, statement)];
  return tellsApart(entry, fixed) ? val : null;
}

/** Columns that are the same in all rows that a query finds for one row around it. */
function fixedColumns(query: Query, statement: Statement): string[] {
  const { ties, own } = conditionsOf(query, statement);
  const constant = own.flatMap((condition) => {
    if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') return [];
    const { name, lexpr, rexpr } = condition.A_Expr;
    const lead = lexpr === undefined ? undefined : statement.leads.get(lexpr);
    const isFixed = namesOf(name).join('.') === '=' && lead?.query === query && columnsIn(rexpr).length === 0;
    return isFixed ? [lead.column.name] : [];
  });
  return [...ties.map(({ innerLead }) => innerLead.column.name), ...constant];
}
