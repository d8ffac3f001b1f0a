import type { Node } from '@pgsql/types';
import { derivedTable, selectOf, target } from '../derived-table.ts';
import { uniqueKeys } from '../../advisor/unique-keys.ts';
import { and } from '../loose-scan.ts';
import { boolean, columnRef, conjunction, operation } from '../nodes.ts';
import type { Page } from '../page.ts';
import { behind, isOneWay, pageOf } from '../page.ts';
import { readStatement } from '../reading.ts';
import type { Rewriting, RewriteRule } from '../rule.ts';
import type { SelectStmt, Statement } from '../statement.ts';
import { canNameStars, columnsIn, freshName, withQuery, withStarsNamed, wrappersIn } from '../transplant.ts';

/**
 * The rows before an offset are read to be thrown away. Their keys alone are enough to count them, and an index has
 * these: the rows themselves are then read from there on, or for the keys of the page. The caller sees no difference.
 */
export const offsetToDeferredJoin: RewriteRule = {
  name: 'offset-to-deferred-join',
  summary:
    'A deep OFFSET counts keys in an index only, and reads the rows of the page from the key at the offset or by join.',
  apply: (subject): Rewriting[] => {
    const statement = readStatement(subject);
    if (statement === null) return [];
    for (const query of statement.queries) {
      const page = pageOf(query, statement);
      if (page === null) continue;
      const forms = [
        {
          select: fromKeyAt(page),
          reason:
            'the rows before the offset are counted by their keys alone; the page begins at the key found there',
        },
        {
          select: joined(page, statement),
          reason: 'the keys of the page are found first, by themselves; only the rows of the page are read',
        },
      ];
      return forms.flatMap(({ select, reason }) =>
        select === null ? [] : [{ tree: withQuery(statement, query, select), reason, meaning: 'same' }],
      );
    }
    return [];
  },
};

/** `WHERE key >= (SELECT key … OFFSET n LIMIT 1)`: nothing where there are not so many rows, as before. */
function fromKeyAt(page: Page): SelectStmt | null {
  if (!isOneWay(page)) return null;
  const { query, entry, keys, offset, rows } = page;
  const columns = keys.map(({ lead }) => columnRef(entry.alias, lead.column.name));
  const at = selectOf({
    targetList: columns.map((column) => target(column)),
    fromClause: rows.fromClause,
    whereClause: rows.whereClause,
    sortClause: sorted(page, columns),
    limitOffset: offset,
    limitCount: { A_Const: { ival: { ival: 1 } } },
    limitOption: 'LIMIT_OPTION_COUNT',
  });
  const key: Node = { SubLink: { subLinkType: 'EXPR_SUBLINK', subselect: { SelectStmt: at } } };
  const whereClause = and(rows.whereClause ?? boolean(true), behind(page, columns, key, true));
  const { limitOffset: _, ...select } = query.select;
  return selectOf({ ...select, whereClause });
}

/** `JOIN (SELECT key … ORDER BY … LIMIT … OFFSET …) AS page` */
function joined(page: Page, statement: Statement): SelectStmt | null {
  const { query, entry, keys, rows } = page;
  const { sortClause, limitCount, limitOffset, limitOption, targetList = [] } = query.select;
  if (entry.relation === null || !canNameStars(query) || wrappersIn(rows, 'SubLink').length > 0) return null;
  if (columnsIn(targetList).some((node) => !statement.leads.has(node) && !isStar(node))) return null;
  const [key] = uniqueKeys(entry.relation, entry.only).toSorted((one, other) => one.length - other.length);
  // A unique key of the sort order alone may be longer than the primary key.
  if (key === undefined || sortClause === undefined) return null;
  const alias = freshName('page', statement.taken);
  const names = new Map(key.map((column) => [column, freshName(`${column}_key`, statement.taken)]));
  const found = selectOf({
    targetList: key.map((column) => target(columnRef(entry.alias, column), names.get(column))),
    fromClause: rows.fromClause,
    whereClause: rows.whereClause,
    sortClause: sorted(
      page,
      keys.map(({ lead }) => columnRef(entry.alias, lead.column.name)),
    ),
    limitCount,
    limitOffset,
    limitOption,
  });
  const quals = conjunction(
    key.map((column) =>
      operation(columnRef(entry.alias, column), '=', columnRef(alias, names.get(column) ?? column)),
    ),
  );
  if (quals === undefined) return null;
  const join: Node = {
    JoinExpr: { jointype: 'JOIN_INNER', larg: derivedTable(found, alias), rarg: entry.node, quals },
  };
  return selectOf({
    targetList: withStarsNamed(targetList, query),
    fromClause: [join],
    sortClause,
  });
}

const isStar = (node: Node): boolean =>
  'ColumnRef' in node && (node.ColumnRef.fields ?? []).some((field) => 'A_Star' in field);

function sorted({ query }: Page, columns: readonly Node[]): Node[] {
  return (query.select.sortClause ?? []).flatMap((node, at) => {
    const column = columns[at];
    return 'SortBy' in node && column !== undefined ? [{ SortBy: { ...node.SortBy, node: column } }] : [];
  });
}
