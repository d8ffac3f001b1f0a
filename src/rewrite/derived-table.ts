import type { Node } from '@pgsql/types';
import { boolean, integer } from './nodes.ts';
import type { SelectStmt } from './statement.ts';

/** `(SELECT …) AS alias (columns)` */
export function derivedTable(
  select: SelectStmt,
  alias: string,
  {
    columns = [],
    lateral = false,
  }: { readonly columns?: readonly string[]; readonly lateral?: boolean } = {},
): Node {
  const colnames: Node[] = columns.map((sval) => ({ String: { sval } }));
  return {
    RangeSubselect: {
      ...(lateral ? { lateral } : {}),
      subquery: { SelectStmt: select },
      alias: { aliasname: alias, ...(colnames.length > 0 ? { colnames } : {}) },
    },
  };
}

/** `left LEFT JOIN right ON condition` */
export function leftJoin(larg: Node, rarg: Node, quals: Node = boolean(true)): Node {
  return { JoinExpr: { jointype: 'JOIN_LEFT', larg, rarg, quals } };
}

export function target(val: Node, name?: string): Node {
  return { ResTarget: { ...(name === undefined ? {} : { name }), val } };
}

/** A SELECT of fields that are given; the parser writes the others out too. */
export function selectOf(fields: {
  readonly [Field in keyof SelectStmt]: SelectStmt[Field] | undefined;
}): SelectStmt {
  return { limitOption: 'LIMIT_OPTION_DEFAULT', op: 'SETOP_NONE', ...defined(fields) };
}

/** `EXISTS (select)`, whatever it selects. */
export function exists(select: SelectStmt): Node {
  const { sortClause: _, distinctClause: __, ...rest } = select;
  const subselect = { SelectStmt: selectOf({ ...rest, targetList: [target(integer(1n))] }) };
  return { SubLink: { subLinkType: 'EXISTS_SUBLINK', subselect } };
}

/** Fields that are set to undefined left out: a tree is compared with others. */
function defined(fields: object): Partial<SelectStmt> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
