import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import type { Latest } from '../latest.ts';
import { asDistinctOn, asLateral, latestOf, rowNumberWindow } from '../latest.ts';
import { conjunction, conjuncts } from '../nodes.ts';
import { readStatement } from '../reading.ts';
import type { Rewriting, RewriteRule } from '../rule.ts';
import { hasWindow } from '../simple-query.ts';
import { selectOf } from '../derived-table.ts';
import type { Query, SelectStmt, Statement } from '../statement.ts';
import { onlyEntry, withExpressions } from '../transplant.ts';

/** `row_number() … = 1` numbers every row of each group; DISTINCT ON keeps the first, a lookup for each group finds it. */
export const rowNumberToDistinctOn: RewriteRule = {
  name: 'row-number-to-distinct-on',
  summary:
    'A subquery’s `row_number() OVER (PARTITION BY … ORDER BY …) = 1` becomes a lookup of the first row for each of a few keys, or DISTINCT ON.',
  apply: (subject): Rewriting[] => {
    const statement = readStatement(subject);
    if (statement === null) return [];
    for (const query of statement.queries) {
      const found = numbered(query, statement);
      if (found === null) continue;
      const forms = [
        {
          select: asLateral(found.latest, statement)?.select,
          reason:
            'the first row of each of a few groups is looked up, instead of numbering all rows of every group',
        },
        {
          select: asDistinctOn(found.latest),
          reason: 'the first row of each group is what DISTINCT ON keeps, without numbering the others',
        },
      ];
      return forms.flatMap(({ select, reason }) =>
        select === undefined
          ? []
          : [{ tree: replaced(query, found, select, statement), reason, meaning: 'same' }],
      );
    }
    return [];
  },
};

interface Numbered {
  readonly latest: Latest;
  /** The condition on the number. */
  readonly condition: Node;
}

function numbered(query: Query, statement: Statement): Numbered | null {
  const entry = onlyEntry(query);
  const inner = entry?.query;
  if (entry == null || inner == null || inner.select.larg !== undefined) return null;
  if ('RangeSubselect' in entry.node && (entry.node.RangeSubselect.alias?.colnames ?? []).length > 0)
    return null;
  const { targetList = [], sortClause: _, ...rest } = inner.select;
  const places = targetList.filter(
    (node) => 'ResTarget' in node && rowNumberWindow(node.ResTarget.val) !== null,
  );
  const [place, more] = places;
  if (place === undefined || more !== undefined || !('ResTarget' in place)) return null;
  const name = place.ResTarget.name ?? 'row_number';
  // The number may be asked for once, and shown nowhere.
  const uses = [...statement.leads].filter(([, lead]) => lead.entry === entry && lead.column.name === name);
  const condition = conjuncts(query.select.whereClause).find((each) => isFirst(each, uses[0]?.[0]));
  if (uses.length !== 1 || condition === undefined || hasStar(query.select)) return null;

  const rows: SelectStmt = { ...rest, targetList: targetList.filter((node) => node !== place) };
  const window = rowNumberWindow(place.ResTarget.val);
  if (window === null || rows.targetList?.length === 0 || hasWindow(rows)) return null;
  const keys = (window.partitionClause ?? []).flatMap((node) => {
    const lead = statement.leads.get(node);
    return lead === undefined ? [] : [{ node, lead }];
  });
  if (keys.length !== (window.partitionClause ?? []).length) return null;
  const latest = latestOf({ query: inner, rows, keys, order: window.orderClause ?? [] }, statement);
  return latest === null ? null : { latest, condition };
}

/** `number = 1`, `number <= 1` or `number < 2` */
function isFirst(condition: Node, number: object | undefined): boolean {
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP' || number === undefined) return false;
  const { name, lexpr, rexpr } = condition.A_Expr;
  if (lexpr !== number || rexpr === undefined || !('A_Const' in rexpr)) return false;
  return /^(?:= 1|<= 1|< 2)$/.test(`${namesOf(name).join('.')} ${rexpr.A_Const.ival?.ival ?? ''}`);
}

const hasStar = ({ targetList }: SelectStmt): boolean =>
  (targetList ?? []).some(
    (node) =>
      'ResTarget' in node &&
      node.ResTarget.val !== undefined &&
      'ColumnRef' in node.ResTarget.val &&
      (node.ResTarget.val.ColumnRef.fields ?? []).some((field) => 'A_Star' in field),
  );

function replaced(
  query: Query,
  { latest, condition }: Numbered,
  select: SelectStmt,
  statement: Statement,
): Node {
  const others = conjuncts(query.select.whereClause).filter((each) => each !== condition);
  return withExpressions(
    statement,
    new Map(),
    new Map<SelectStmt, (copy: SelectStmt) => SelectStmt>([
      [latest.query.select, () => select],
      // Nothing else in the condition is replaced, so the original's parts are the copy's.
      [query.select, (copy) => selectOf({ ...copy, whereClause: conjunction(others) })],
    ]),
  );
}
