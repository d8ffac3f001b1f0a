import type { Node } from '@pgsql/types';
import type { Call } from '../aggregates.ts';
import { aggregateName, isOrderFree } from '../aggregates.ts';
import type { Correlation } from '../correlation.ts';
import { conditionsOf, dependsOnlyOn } from '../correlation.ts';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { addingLeftJoin } from '../from-clause.ts';
import { mayFail } from '../may-fail.ts';
import { columnRef, conjunction, integer, operation, sameTree } from '../nodes.ts';
import { outputName } from '../output-name.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { aggregatesIn, isOneRowEach, onlyTarget } from '../simple-query.ts';
import type { PlacedSubLink, Query, Statement } from '../statement.ts';
import { freshName, movedInto, replaceIn, withExpressions, wrappersIn } from '../transplant.ts';

/**
 * An aggregate over the rows that belong to each row is computed for each row anew; grouped by what ties them, it is
 * computed once for all. A row without any, or with NULL in the key, finds no group: NULL from LEFT JOIN is what most
 * aggregates give for no rows, a count gives 0.
 */
export const correlatedAggregateToJoin: RewriteRule = {
  name: 'correlated-aggregate-to-join',
  summary:
    'An aggregate in a subquery that is tied by `inner.key = outer.key` becomes a LEFT JOIN of one grouped query.',
  apply: everywhere((statement) => {
    for (const sublink of statement.sublinks) {
      const tree = joined(sublink, statement);
      if (tree !== null)
        return {
          tree,
          reason:
            'an aggregate that was computed for each row became a LEFT JOIN of groups, computed once; a count of no rows stays 0',
        };
    }
    return null;
  }),
};

/** An aggregate in a subquery, taken apart. */
interface Aggregated {
  readonly sublink: PlacedSubLink;
  readonly val: Node;
  readonly calls: readonly { readonly node: Node; readonly call: Call }[];
  readonly ties: readonly Correlation[];
  readonly own: readonly Node[];
}

function joined(sublink: PlacedSubLink, statement: Statement): Node | null {
  const first = aggregated(sublink, statement);
  if (first === null) return null;
  const all = statement.sublinks.flatMap((other) => {
    const same = other.around === sublink.around && sharesRows(other.inner, sublink.inner);
    return same ? (aggregated(other, statement) ?? []) : [];
  });
  const { around, inner } = sublink;
  const taken = new Set(statement.taken);
  const named = (wanted: string): string => {
    const name = freshName(wanted, taken);
    taken.add(name);
    return name;
  };
  const alias = named('grouped');
  const keys = first.ties.map((tie) => ({ tie, name: named(`${tie.innerLead.column.name}_key`) }));
  const conditions = keys.map(({ tie, name }) => {
    const outer = movedInto(around, tie.outer, statement);
    return outer === null ? null : operation(columnRef(alias, name), '=', outer);
  });
  const condition = conjunction(conditions.flatMap((each) => each ?? []));
  if (conditions.includes(null) || condition === undefined) return null;

  const values: Node[] = [];
  const replaced = new Map(
    all.map(({ sublink: { node }, val, calls }) => {
      const columns = calls.map(({ node: aggregate, call }) => {
        const name = named(outputName(aggregate));
        values.push(target(aggregate, name));
        return [aggregate, valueOf(call, columnRef(alias, name))] as const;
      });
      return [node, replaceIn(val, new Map(columns))] as const;
    }),
  );
  const grouped = selectOf({
    withClause: inner.select.withClause,
    targetList: [...keys.map(({ tie, name }) => target(tie.inner, name)), ...values],
    fromClause: inner.select.fromClause,
    whereClause: conjunction(first.own),
    groupClause: keys.map(({ tie }) => tie.inner),
  });
  const leads = first.ties.map(({ outerLead }) => outerLead);
  const edit = addingLeftJoin(around, leads, derivedTable(grouped, alias), condition);
  return edit === null ? null : withExpressions(statement, replaced, new Map([[around.select, edit]]));
}

function sharesRows(one: Query, other: Query): boolean {
  return sameTree(
    [one.select.fromClause, one.select.whereClause, one.select.withClause],
    [other.select.fromClause, other.select.whereClause, other.select.withClause],
  );
}

function aggregated(sublink: PlacedSubLink, statement: Statement): Aggregated | null {
  const { link, around, inner, node } = sublink;
  const { select } = inner;
  const val = onlyTarget(select.targetList)?.val;
  if (link.subLinkType !== 'EXPR_SUBLINK' || val === undefined) return null;
  const {
    targetList: _,
    fromClause,
    whereClause,
    withClause: __,
    op: ___,
    limitOption: ____,
    ...rest
  } = select;
  if (fromClause === undefined || whereClause === undefined || Object.keys(rest).length > 0) return null;
  if (!isOneRowEach(around.select) || wrappersIn(around.select.fromClause, 'SubLink').includes(node))
    return null;

  const calls = wrappersIn(val, 'FuncCall').flatMap((wrapper) =>
    'FuncCall' in wrapper && aggregatesIn(val).includes(wrapper.FuncCall)
      ? [{ node: wrapper, call: wrapper.FuncCall }]
      : [],
  );
  if (calls.length === 0 || !calls.every(({ call }) => isOrderFree(call, statement))) return null;
  if (calls.some(({ node: call }) => aggregatesIn(call).length > 1) || wrappersIn(val, 'SubLink').length > 0)
    return null;

  const { ties, own, others } = conditionsOf(inner, statement);
  if (ties.length === 0 || others.length > 0 || !dependsOnlyOn(inner, ties, statement)) return null;
  // The groups of all rows are computed, not only those that are looked for.
  if (mayFail([own, calls.map(({ call }) => call.args), calls.map(({ call }) => call.agg_filter)]))
    return null;
  return { sublink, val, calls, ties, own };
}

/** What an aggregate gives where there is no group. */
function valueOf(call: Call, column: Node): Node {
  if (aggregateName(call) !== 'count') return column;
  return { CoalesceExpr: { args: [column, integer(0n)] } };
}
