import type { Node } from '@pgsql/types';
import { selectOf } from './derived-table.ts';
import { conjunction, conjuncts, disjuncts, either } from './nodes.ts';
import type { Query, SelectStmt } from './statement.ts';

/** More branches than this repeat the rest of the query too often. */
const MOST_BRANCHES = 4;

/**
 * The WHERE of each branch of a UNION ALL that takes the place of an OR; null where there is none with several sides.
 * @param about sides with the same value stay together
 */
export function branchesOf(query: Query, about: (side: Node) => unknown): Node[] | null {
  const all = conjuncts(query.select.whereClause);
  for (const condition of all) {
    const sides = sidesOf(disjuncts(condition), about);
    if (sides.length < 2 || sides.length > MOST_BRANCHES) continue;
    return sides.map((side, at) => {
      const earlier = at === 0 ? [] : [isNotTrue(anyOf(sides.slice(0, at)))];
      return conjunction(all.flatMap((each) => (each === condition ? [side, ...earlier] : [each]))) ?? side;
    });
  }
  return null;
}

/** A list of one is no OR. */
function anyOf(conditions: readonly Node[]): Node {
  const [first, ...others] = conditions;
  if (first === undefined) throw new TypeError('an OR of nothing');
  return others.length === 0 ? first : either(first, ...others);
}

const isNotTrue = (arg: Node): Node => ({ BooleanTest: { arg, booltesttype: 'IS_NOT_TRUE' } });

function sidesOf(conditions: readonly Node[], about: (side: Node) => unknown): Node[] {
  const groups = new Map<unknown, Node[]>();
  for (const condition of conditions) {
    const key = about(condition);
    groups.set(key, [...(groups.get(key) ?? []), condition]);
  }
  return [...groups.values()].map(anyOf);
}

export function unionAll(selects: readonly SelectStmt[]): SelectStmt {
  return selects.reduce((larg, rarg) => selectOf({ op: 'SETOP_UNION', all: true, larg, rarg }));
}

/** A constant without type is text in a UNION's branch, and may be something else elsewhere. */
export function hasUntypedConstant({ targetList }: SelectStmt): boolean {
  return (targetList ?? []).some(
    (node) =>
      'ResTarget' in node &&
      node.ResTarget.val !== undefined &&
      ('ParamRef' in node.ResTarget.val ||
        ('A_Const' in node.ResTarget.val && node.ResTarget.val.A_Const.isnull === true)),
  );
}
