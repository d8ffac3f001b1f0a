import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import { exists, selectOf } from '../derived-table.ts';
import { conjunction, conjuncts, not, nullTest } from '../nodes.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { hasWindow, onlyTarget } from '../simple-query.ts';
import type { PlacedSubLink, Query, SelectStmt, Statement } from '../statement.ts';
import { isNeverNull } from '../statement.ts';
import { withExpressions, wrappersIn } from '../transplant.ts';

/** Counting reads all rows to find out whether there is one. A count is never NULL, nor is EXISTS. */
export const countToExists: RewriteRule = {
  name: 'count-to-exists',
  summary:
    '`(SELECT count(*) …) > 0` becomes EXISTS, `= 0` becomes NOT EXISTS; `count(x)` asks for `x IS NOT NULL`.',
  apply: everywhere((statement) => {
    for (const sublink of statement.sublinks) {
      const counted =
        sublink.link.subLinkType === 'EXPR_SUBLINK' ? countedRows(sublink.inner, statement) : null;
      const comparison = counted === null ? null : comparisonWith(sublink);
      if (counted === null || comparison === null) continue;
      const condition = comparison.some ? exists(counted) : not(exists(counted));
      return {
        tree: withExpressions(statement, new Map([[comparison.node, condition]])),
        reason: 'a count that was only compared with 0 became EXISTS, which stops at the first row',
      };
    }
    return null;
  }),
};

/** What a comparison of a count with a number says: that there are rows, or that there are none. */
function comparisonWith({
  node,
  around,
}: PlacedSubLink): { readonly node: Node; readonly some: boolean } | null {
  for (const whole of wrappersIn(around.select, 'A_Expr')) {
    if (!('A_Expr' in whole) || whole.A_Expr.kind !== 'AEXPR_OP') continue;
    const { name, lexpr, rexpr } = whole.A_Expr;
    if (lexpr !== node && rexpr !== node) continue;
    const number = lexpr === node ? rexpr : lexpr;
    if (number === undefined || !('A_Const' in number) || number.A_Const.ival === undefined) return null;
    const operator = namesOf(name).join('.');
    const meaning = `${lexpr === node ? operator : (MIRRORED[operator] ?? operator)} ${number.A_Const.ival.ival ?? 0}`;
    if (/^(?:> 0|>= 1|<> 0)$/.test(meaning)) return { node: whole, some: true };
    return /^(?:= 0|< 1|<= 0)$/.test(meaning) ? { node: whole, some: false } : null;
  }
  return null;
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The query of the rows that a `SELECT count(…)` counts. */
function countedRows({ select }: Query, statement: Statement): SelectStmt | null {
  const call = onlyTarget(select.targetList)?.val;
  if (call === undefined || !('FuncCall' in call) || select.larg !== undefined) return null;
  const { funcname, args, agg_star: star, agg_filter: filter, agg_order: order, over } = call.FuncCall;
  if (
    !/^(?:pg_catalog\.)?count$/.test(namesOf(funcname).join('.')) ||
    over !== undefined ||
    order !== undefined
  )
    return null;
  const groups = select.groupClause ?? select.havingClause ?? select.distinctClause ?? select.limitCount;
  if (groups !== undefined || select.limitOffset !== undefined || hasWindow(select)) return null;
  const tests = star === true ? [] : notNullTest(args?.[0], statement);
  if (tests === null) return null;
  const conditions = [...conjuncts(select.whereClause), ...conjuncts(filter), ...tests];
  return selectOf({ ...select, whereClause: conjunction(conditions) });
}

/** That an argument has a value; null where it is no column. A row counts also where `IS NOT NULL` denies it. */
function notNullTest(argument: Node | undefined, statement: Statement): readonly Node[] | null {
  const lead = argument === undefined ? undefined : statement.leads.get(argument);
  if (argument === undefined || lead?.column.facts?.sortable !== true) return null;
  return isNeverNull(lead) ? [] : [nullTest(argument, 'IS_NOT_NULL')];
}
