import type { Node } from '@pgsql/types';
import { nodesOf } from '../sql/walk.ts';
import { leftJoin } from './derived-table.ts';
import type { Lead, Query, SelectStmt } from './statement.ts';
import { canNameStars, withStarsNamed } from './transplant.ts';

/**
 * How to add a LEFT JOIN to a query whose rows and columns stay what they are; null where that cannot be done.
 * @param leads the columns of the query that the condition uses: all their tables must be on the left of the join
 */
export function addingLeftJoin(
  query: Query,
  leads: readonly Lead[],
  joined: Node,
  condition?: Node,
): ((select: SelectStmt) => SelectStmt) | null {
  const items = query.select.fromClause ?? [];
  if (items.length === 0 || !canNameStars(query)) return null;
  const needed = new Set(leads.filter((lead) => lead.query === query).map(({ entry }) => entry.node));
  const home = items.findIndex((item) => holdsAll(item, needed));
  return (select) => {
    const from = select.fromClause ?? [];
    const [first, ...others] = from;
    const homeItem = from[home];
    const fromClause =
      homeItem === undefined
        ? // No single entry has them all: a comma binds less than JOIN.
          [leftJoin(others.reduce(crossJoin, first ?? joined), joined, condition)]
        : from.map((item) => (item === homeItem ? leftJoin(item, joined, condition) : item));
    return { ...select, fromClause, targetList: withStarsNamed(select.targetList ?? [], query) };
  };
}

const crossJoin = (larg: Node, rarg: Node): Node => ({ JoinExpr: { jointype: 'JOIN_INNER', larg, rarg } });

function holdsAll(item: Node, needed: ReadonlySet<Node>): boolean {
  const inside = new Set<unknown>([item]);
  for (const { fields } of nodesOf(item)) for (const child of Object.values(fields)) inside.add(child);
  return [...needed].every((node) => inside.has(node));
}
