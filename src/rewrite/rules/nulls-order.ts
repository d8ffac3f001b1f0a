import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf } from '../../sql/walk.ts';
import { outputName } from '../output-name.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Scope, type SelectStmt } from '../scope.ts';
import { rewritten } from '../rewritten.ts';

/**
 * `ORDER BY c DESC NULLS LAST` on a column without NULL orders like `ORDER BY c DESC`, but only the latter is the order
 * of a plain index read backwards; PostgreSQL 18 does not see that by itself.
 */
export const nullsOrder: RewriteRule = {
  name: 'nulls-order-on-not-null',
  summary: 'Leaves out NULLS FIRST or NULLS LAST where the column is NOT NULL.',
  apply: (subject) =>
    rewritten(subject, {
      reason: 'NULLS FIRST or LAST left out where the column is NOT NULL: there are none to place',
      select(select, scope) {
        if (select.larg !== undefined || hasGroupingSets(select)) return null;
        const sortClause = (select.sortClause ?? []).map((key) => withoutNulls(key, select, scope));
        return sortClause.some((key, at) => key !== select.sortClause?.[at])
          ? { ...select, sortClause }
          : null;
      },
    }),
};

function withoutNulls(key: Node, select: SelectStmt, scope: Scope): Node {
  if (!('SortBy' in key)) return key;
  const { node, sortby_dir: direction, sortby_nulls: nulls } = key.SortBy;
  const says = direction === 'SORTBY_DESC' ? 'SORTBY_NULLS_LAST' : 'SORTBY_NULLS_FIRST';
  if (direction === 'SORTBY_USING' || nulls !== says) return key;
  if (columnOfNode(sortedNode(node, select), scope)?.notNull !== true) return key;
  return { SortBy: { ...key.SortBy, sortby_nulls: 'SORTBY_NULLS_DEFAULT' } };
}

/** What ORDER BY means: a number or a bare name is an output column first. */
export function sortedNode(node: Node | undefined, select: SelectStmt): Node | undefined {
  if (node === undefined) return undefined;
  const targets = (select.targetList ?? []).flatMap((target) =>
    'ResTarget' in target ? [target.ResTarget] : [],
  );
  if ('A_Const' in node) {
    // Behind `*` the numbers are others.
    const at = node.A_Const.ival?.ival ?? 0;
    return targets.slice(0, at).some(isStar) ? undefined : targets[at - 1]?.val;
  }
  const [name, ...others] = 'ColumnRef' in node ? namesOf(node.ColumnRef.fields) : [];
  if (name === undefined || others.length > 0) return node;
  return targets.find((target) => !isStar(target) && calledName(target) === name)?.val ?? node;
}

const calledName = ({ name, val }: FieldsOf<'ResTarget'>): string =>
  name ?? (val === undefined ? '' : outputName(val));

const isStar = ({ val }: FieldsOf<'ResTarget'>): boolean =>
  val !== undefined && 'ColumnRef' in val && (val.ColumnRef.fields ?? []).some((field) => 'A_Star' in field);

/** GROUPING SETS put NULL into columns that have none. */
const hasGroupingSets = ({ groupClause }: SelectStmt): boolean =>
  (groupClause ?? []).some((entry) => 'GroupingSet' in entry);
