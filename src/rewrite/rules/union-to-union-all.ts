import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import { isDuplicateFree } from '../duplicates.ts';
import { comparisonOf, flipped, literalOf } from '../literal.ts';
import { conjuncts } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule, RewriteSubject } from '../rule.ts';
import { columnOfNode, type Scope, type SelectStmt } from '../scope.ts';
import { isPlainDistinct } from '../simple-query.ts';
import { isInteger, isPlainText } from '../values.ts';
import { visitStatement } from '../visit.ts';

/** UNION sorts or hashes all rows of its arms to find duplicates, also where there can be none. */
export const unionToUnionAll: RewriteRule = {
  name: 'union-to-union-all',
  summary:
    'Writes UNION ALL where the arms have other constants in one column and no duplicates of their own.',
  apply: (subject) => {
    const arms = readArms(subject);
    return rewritten(subject, {
      reason:
        'UNION ALL: the arms differ in a constant, and each has a key, so that there are no duplicates to remove',
      select(select) {
        const { op, larg, rarg } = select;
        if (op !== 'SETOP_UNION' || select.all === true || larg === undefined || rarg === undefined)
          return null;
        const [left, right] = [armsOf(larg), armsOf(rarg)].map((list) =>
          list.map((arm) => arms.get(key(arm)) ?? null),
        );
        if (left === undefined || right === undefined) return null;
        if (!isFree(larg, arms) || !isFree(rarg, arms)) return null;
        const apart = left.every((arm) =>
          right.every((other) => arm !== null && other !== null && areApart(arm, other)),
        );
        return apart ? { ...select, all: true } : null;
      },
    });
  },
};

/** What is known of one plain SELECT. */
interface Arm {
  /** The values that each output column can have; null where any. */
  readonly values: readonly (Values | null)[];
  readonly duplicateFree: boolean;
}

interface Values {
  readonly kind: 'text' | 'integer';
  readonly values: ReadonlySet<string>;
}

/** The arms by their text, which is the same before and after the arms inside have changed. */
function readArms(subject: RewriteSubject): ReadonlyMap<string, Arm> {
  const arms = new Map<string, Arm>();
  visitStatement(subject, {
    select(select, scope) {
      if (select.larg === undefined && select.valuesLists === undefined)
        arms.set(key(select), armOf(select, scope));
      return null;
    },
  });
  return arms;
}

/** Places in the text tell apart arms that say the same of other tables. */
const key = (select: SelectStmt): string => JSON.stringify(select);

function armOf(select: SelectStmt, scope: Scope): Arm {
  const { distinctClause: _, ...plain } = select;
  const values = (select.targetList ?? []).map((target) =>
    'ResTarget' in target ? valuesOf(target.ResTarget.val, select, scope) : null,
  );
  return { values, duplicateFree: isPlainDistinct(select) || isDuplicateFree(plain, scope) };
}

function valuesOf(output: Node | undefined, select: SelectStmt, scope: Scope): Values | null {
  const literal = literalOf(output);
  if (literal !== null) return literal.type === null ? valueIn(literal) : null;
  const column = columnOfNode(output, scope);
  if (column === null) return null;
  const kind = isInteger(column.facts) ? 'integer' : isPlainText(column.facts) ? 'text' : null;
  for (const part of conjuncts(select.whereClause)) {
    const found = restriction(part, scope).filter(
      ({ of }) => of?.source === column.source && of.facts.name === column.facts.name,
    );
    const [restricted] = found;
    if (kind !== null && restricted?.values?.kind === kind) return restricted.values;
  }
  return null;
}

/** The values that `column = constant` and `column IN (constants)` leave. */
function restriction(part: Node, scope: Scope) {
  const comparison = comparisonOf(part);
  if (comparison?.operator === '=')
    return [comparison, flipped(comparison)].map(({ left, right }) => ({
      of: columnOfNode(left, scope),
      values: valuesIn([right]),
    }));
  if (!('A_Expr' in part) || part.A_Expr.kind !== 'AEXPR_IN' || namesOf(part.A_Expr.name).join('.') !== '=')
    return [];
  const { lexpr, rexpr } = part.A_Expr;
  const items = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [];
  return [{ of: columnOfNode(lexpr, scope), values: valuesIn(items) }];
}

function valuesIn(items: readonly Node[]): Values | null {
  const found = items.map((item) => {
    const literal = literalOf(item);
    return literal === null || literal.type !== null ? null : valueIn(literal);
  });
  const [first] = found;
  if (first == null || !found.every((values) => values?.kind === first.kind)) return null;
  return { kind: first.kind, values: new Set(found.flatMap((values) => [...(values?.values ?? [])])) };
}

function valueIn({ text, numeric }: { readonly text: string; readonly numeric: boolean }): Values | null {
  if (!numeric) return { kind: 'text', values: new Set([text]) };
  return /^-?\d+$/.test(text) ? { kind: 'integer', values: new Set([String(BigInt(text))]) } : null;
}

function areApart(left: Arm, right: Arm): boolean {
  return left.values.some((values, at) => {
    const other = right.values[at];
    return (
      values != null &&
      other != null &&
      values.kind === other.kind &&
      !intersects(values.values, other.values)
    );
  });
}

const intersects = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  [...left].some((value) => right.has(value));

/** A UNION has no duplicates; a UNION ALL has none where this rule made it, or where its arms have none in common. */
function isFree(select: SelectStmt, arms: ReadonlyMap<string, Arm>): boolean {
  if (select.larg === undefined || select.rarg === undefined)
    return arms.get(key(select))?.duplicateFree === true;
  if (select.all !== true) return true;
  if (select.op !== 'SETOP_UNION' || !isFree(select.larg, arms) || !isFree(select.rarg, arms)) return false;
  const [left, right] = [armsOf(select.larg), armsOf(select.rarg)].map((list) =>
    list.map((arm) => arms.get(key(arm)) ?? null),
  );
  return (left ?? []).every((arm) =>
    (right ?? []).every((other) => arm !== null && other !== null && areApart(arm, other)),
  );
}

/** The plain queries under a tree of UNIONs; an INTERSECT or EXCEPT is one that nothing is known of. */
function armsOf(select: SelectStmt): SelectStmt[] {
  if (select.larg === undefined || select.rarg === undefined || select.op !== 'SETOP_UNION') return [select];
  return [...armsOf(select.larg), ...armsOf(select.rarg)];
}
