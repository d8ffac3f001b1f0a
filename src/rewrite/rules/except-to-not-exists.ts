import type { Node } from '@pgsql/types';
import { exists, selectOf } from '../derived-table.ts';
import { isExact } from '../equality.ts';
import { conjunction, conjuncts, not, operation } from '../nodes.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainDistinct, isPlainSelect } from '../simple-query.ts';
import type { Lead, Query, SelectStmt, Statement } from '../statement.ts';
import { isNeverNull } from '../statement.ts';
import { tellsApart } from '../total-order.ts';
import { isSeenFrom, onlyEntry, outsideLeads, qualified, replaceIn, withQuery } from '../transplant.ts';

/**
 * EXCEPT and INTERSECT compute both sides whole and compare all rows. As NOT EXISTS or EXISTS they are an anti or semi
 * join, for which an index can do. They take NULLs for equal: `=` is the same only where one side has none. They also
 * remove duplicates, so DISTINCT stays unless a key is among the columns.
 */
export const exceptToNotExists: RewriteRule = {
  name: 'except-to-not-exists',
  summary: 'EXCEPT becomes NOT EXISTS and INTERSECT becomes EXISTS, with DISTINCT unless a key is selected.',
  apply: everywhere((statement) => {
    for (const query of statement.queries) {
      const select = compared(query, statement);
      if (select !== null)
        return {
          tree: withQuery(statement, query, select),
          reason:
            'EXCEPT became NOT EXISTS, or INTERSECT EXISTS, which compares row by row and can use an index',
        };
    }
    return null;
  }),
};

function compared(query: Query, statement: Statement): SelectStmt | null {
  const { op, all, larg, rarg, withClause, sortClause, limitCount, limitOffset } = query.select;
  if (
    (op !== 'SETOP_EXCEPT' && op !== 'SETOP_INTERSECT') ||
    all === true ||
    larg === undefined ||
    rarg === undefined
  )
    return null;
  if ((sortClause ?? limitCount ?? limitOffset) !== undefined) return null;
  const [left, right] = [larg, rarg].map((arm) => statement.queries.find(({ select }) => select === arm));
  if (left === undefined || right === undefined || !isSimple(larg) || !isSimple(rarg)) return null;
  const [mine, other] = [columnsOf(left, statement), columnsOf(right, statement)];
  if (mine === null || other === null || mine.length !== other.length || mine.length === 0) return null;
  const same = mine.every((column, at) => areAlike(column.lead, other[at]?.lead));
  // The names of the left side must mean the same inside of the subquery, and those of the right side still what they do.
  if (outsideLeads(right, rarg, statement)?.length !== 0) return null;
  if (!same || !mine.every(({ lead }) => isVisibleIn(lead, right))) return null;

  const equal = mine.map(({ node }, at) =>
    operation(clear(other[at]?.node ?? node, statement), '=', clear(node, statement)),
  );
  const asked = exists(
    selectOf({ ...rarg, whereClause: conjunction([...conjuncts(rarg.whereClause), ...equal]) }),
  );
  const entry = onlyEntry(left);
  const unique =
    entry !== null &&
    tellsApart(
      entry,
      mine.map(({ lead }) => lead.column.name),
    );
  return selectOf({
    ...larg,
    withClause,
    ...(unique ? {} : { distinctClause: [{} as Node] }),
    whereClause: conjunction([...conjuncts(larg.whereClause), op === 'SETOP_EXCEPT' ? not(asked) : asked]),
  });
}

function isSimple(select: SelectStmt): boolean {
  const { distinctClause, ...rest } = select;
  const plain = distinctClause === undefined || isPlainDistinct(select);
  return plain && rest.withClause === undefined && rest.sortClause === undefined && isPlainSelect(rest);
}

function columnsOf(
  query: Query,
  statement: Statement,
): { readonly node: Node; readonly lead: Lead }[] | null {
  const columns = (query.select.targetList ?? []).map((target) => {
    const node = 'ResTarget' in target ? target.ResTarget.val : undefined;
    const lead = node === undefined ? undefined : statement.leads.get(node);
    return node === undefined || lead?.query !== query ? null : { node, lead };
  });
  return columns.includes(null) ? null : columns.flatMap((column) => column ?? []);
}

/** Of one type, whose equal values are the same, and NULL on one side at most. */
function areAlike(one: Lead, other: Lead | undefined): boolean {
  const [facts, others] = [one.column.facts, other?.column.facts ?? null];
  if (other === undefined || facts === null || others === null || !isExact(facts)) return false;
  if (facts.type !== others.type || facts.collation?.name !== others.collation?.name) return false;
  return isNeverNull(one) || isNeverNull(other);
}

function isVisibleIn(lead: Lead, query: Query): boolean {
  return !query.entries.some(({ alias }) => alias === lead.entry.alias) && isSeenFrom(lead.query, lead);
}

const clear = (node: Node, statement: Statement): Node => replaceIn(node, qualified(node, statement));
