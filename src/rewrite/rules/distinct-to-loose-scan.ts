import type { Node } from '@pgsql/types';
import type { Call } from '../aggregates.ts';
import { aggregateName, isOrderFree } from '../aggregates.ts';
import { selectOf, target } from '../derived-table.ts';
import { and, looseScanOf, steps } from '../loose-scan.ts';
import type { LooseScan } from '../loose-scan.ts';
import { columnRef, nullTest } from '../nodes.ts';
import { unionAll } from '../or-branches.ts';
import { outputOrder } from '../output-order.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainDistinct, onlyTarget } from '../simple-query.ts';
import type { Lead, Query, SelectStmt, Statement } from '../statement.ts';
import { query as template } from '../template.ts';
import { withQuery } from '../transplant.ts';

/**
 * DISTINCT reads every row to find a few values, and the skip scan of the server does not help it. A recursive query
 * finds each value by one look into an index for the next larger one. NULL is no larger one: it has a branch of its own.
 */
export const distinctToLooseScan: RewriteRule = {
  name: 'distinct-to-loose-scan',
  summary:
    'DISTINCT, count(DISTINCT) and min or max for each of a few values of a column become a recursive query that steps from value to value through an index.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const tree = counted(query, statement) ?? listed(query, statement);
      if (tree !== null)
        return {
          tree,
          reason:
            'the few different values of a column are found by stepping through an index, instead of by reading every row; NULL is asked for separately',
        };
    }
    return null;
  }),
};

/** `SELECT count(DISTINCT key) FROM table`: NULLs are not counted. */
function counted(query: Query, statement: Statement): Node | null {
  const { targetList, fromClause: _, whereClause: __, op: ___, limitOption: ____, ...rest } = query.select;
  const only = onlyTarget(targetList);
  if (only === null || Object.keys(rest).length > 0) return null;
  const call = only.val;
  if (call === undefined || !('FuncCall' in call) || call.FuncCall.agg_distinct !== true) return null;
  const [argument] = call.FuncCall.args ?? [];
  if (aggregateName(call.FuncCall) !== 'count' || !isOrderFree(call.FuncCall, statement)) return null;
  if (call.FuncCall.agg_filter !== undefined || argument === undefined) return null;
  const key = statement.leads.get(argument);
  const scan = key === undefined ? null : looseScanOf(query, key, statement);
  const found = scan === null ? null : steps(scan);
  if (found === null) return null;
  const { withClause, name } = found;
  const count = template`SELECT count(*) AS ${only.name ?? outputName(call)} FROM ${name} WHERE ${columnRef(name, 'value')} IS NOT NULL`;
  return withQuery(statement, query, selectOf({ ...count, withClause }));
}

/** `SELECT DISTINCT key` and `SELECT key, max(other) … GROUP BY key` */
function listed(query: Query, statement: Statement): Node | null {
  const { sortClause, limitCount, limitOffset, limitOption, distinctClause, groupClause, havingClause } =
    query.select;
  const key = keyOf(query, statement);
  if (
    key === null ||
    havingClause !== undefined ||
    ((limitCount ?? limitOffset) !== undefined && sortClause === undefined)
  )
    return null;
  if (limitOption === 'LIMIT_OPTION_WITH_TIES' || (distinctClause !== undefined && groupClause !== undefined))
    return null;
  const sorted = sortClause === undefined ? [] : outputOrder(sortClause, query, statement);
  const scan = looseScanOf(query, key, statement);
  const found = scan === null ? null : steps(scan);
  if (scan === null || found === null || sorted === null) return null;
  const { withClause, name } = found;
  const value = columnRef(name, 'value');
  const targets = targetsFor(scan, value, query, statement);
  if (targets === null) return null;
  const values = template`SELECT 1 FROM ${name} WHERE ${value} IS NOT NULL`;
  const branches = [
    selectOf({ ...values, targetList: targets }),
    ...(scan.nullable ? [nulls(scan, query.select)] : []),
  ];
  return withQuery(
    statement,
    query,
    selectOf({
      ...unionAll(branches),
      withClause,
      ...(sorted.length > 0 ? { sortClause: sorted } : {}),
      ...(limitCount === undefined ? {} : { limitCount, limitOption }),
      limitOffset,
    }),
  );
}

/** The one column that DISTINCT or GROUP BY is about. */
function keyOf({ select }: Query, statement: Statement): Lead | null {
  const [group, more] = select.groupClause ?? [];
  if (group !== undefined) return more === undefined ? (statement.leads.get(group) ?? null) : null;
  const val = isPlainDistinct(select) ? onlyTarget(select.targetList)?.val : undefined;
  return val === undefined ? null : (statement.leads.get(val) ?? null);
}

/** What is selected for each value: the value itself, and the smallest or largest of other columns by a look each. */
function targetsFor(scan: LooseScan, value: Node, { select }: Query, statement: Statement): Node[] | null {
  const filter = and(scan.filter, equals(scan.column, value));
  const targets = (select.targetList ?? []).map((node) => {
    const val = 'ResTarget' in node ? node.ResTarget.val : undefined;
    if (val === undefined || !('ResTarget' in node)) return null;
    const name = node.ResTarget.name ?? outputName(val);
    const lead = statement.leads.get(val);
    if (lead !== undefined)
      return lead.entry === scan.key.entry && lead.column === scan.key.column ? target(value, name) : null;
    if (!('FuncCall' in val) || !isExtreme(val.FuncCall, statement)) return null;
    const extreme = template`SELECT ${val} FROM ${{ from: scan.entry.node }} WHERE ${filter}`;
    return target({ SubLink: { subLinkType: 'EXPR_SUBLINK', subselect: { SelectStmt: extreme } } }, name);
  });
  return targets.includes(null) ? null : targets.flatMap((node) => node ?? []);
}

const equals = (lexpr: Node, rexpr: Node): Node => ({
  A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr, rexpr },
});

function isExtreme(call: Call, statement: Statement): boolean {
  const name = aggregateName(call);
  return (name === 'min' || name === 'max') && call.agg_filter === undefined && isOrderFree(call, statement);
}

/** The query for the rows with NULL: one row for them, if there are any. */
function nulls({ column, filter }: LooseScan, select: SelectStmt): SelectStmt {
  const { sortClause: _, limitCount: __, limitOffset: ___, distinctClause, ...rest } = select;
  const whereClause = and(filter, nullTest(column, 'IS_NULL'));
  if (distinctClause === undefined) return selectOf({ ...rest, whereClause });
  const one: Node = { A_Const: { ival: { ival: 1 } } };
  return selectOf({ ...rest, whereClause, limitCount: one, limitOption: 'LIMIT_OPTION_COUNT' });
}
