import type { Node } from '@pgsql/types';
import { highestParameter } from '../../sql/parameters.ts';
import { selectOf } from '../derived-table.ts';
import { and } from '../loose-scan.ts';
import { boolean, cast, columnRef, rowOf } from '../nodes.ts';
import { behind, isOneWay, pageOf } from '../page.ts';
import type { Page } from '../page.ts';
import { readStatement } from '../reading.ts';
import type { Rewriting, RewriteRule } from '../rule.ts';
import { withQuery, wrappersIn } from '../transplant.ts';

/**
 * A page that begins behind the last row of the one before needs no offset: an index leads there at once. The caller
 * has to hand over that row's key instead of a number, and cannot jump to any page; where rows come or go between two
 * calls the pages differ too, mostly for the better. So this is only proposed.
 */
export const offsetToKeyset: RewriteRule = {
  name: 'offset-to-keyset',
  summary:
    'OFFSET becomes `(key …) > ($n, …)`, the key of the last row of the page before: a proposal, since the caller has to change.',
  apply: (subject): Rewriting[] => {
    const statement = readStatement(subject);
    if (statement === null) return [];
    for (const query of statement.queries) {
      const page = pageOf(query, statement);
      if (page === null || !isOneWay(page)) continue;
      const numbers = parametersFor(page, subject.tree);
      const columns = page.keys.map(({ lead }) => columnRef(page.entry.alias, lead.column.name));
      const values = numbers.map((number, at) => parameter(number, page, at));
      const { limitOffset: _, ...select } = query.select;
      const whereClause = and(
        select.whereClause ?? boolean(true),
        behind(page, columns, rowOf(values), false),
      );
      const tree = withQuery(statement, query, selectOf({ ...select, whereClause }));
      return [{ tree, reason: reasonFor(page, numbers), meaning: 'interface' }];
    }
    return [];
  },
};

/** The offset's own number is free again where it stands nowhere else; the others are new. */
function parametersFor({ offset, keys }: Page, tree: Node): number[] {
  const own = 'ParamRef' in offset ? (offset.ParamRef.number ?? null) : null;
  const uses = wrappersIn(tree, 'ParamRef').filter(
    (node) => 'ParamRef' in node && node.ParamRef.number === own,
  ).length;
  const highest = highestParameter(tree);
  const free = own !== null && uses === 1 ? [own] : [];
  return keys.map((_, at) => free[at] ?? highest + at + 1 - free.length);
}

/** With the type of the column: what is compared with a parameter of another type may find no index. */
function parameter(number: number, { keys }: Page, at: number): Node {
  const type = keys[at]?.lead.column.facts?.baseType;
  const node: Node = { ParamRef: { number } };
  return type === undefined ? node : cast(node, type);
}

function reasonFor({ keys }: Page, numbers: readonly number[]): string {
  const handed = keys.map(({ lead }, at) => `$${numbers[at]} is ${lead.column.name}`).join(', ');
  return `the page begins behind the last row of the page before instead of at an offset: ${handed} of that row; the first page is asked for without the condition`;
}
