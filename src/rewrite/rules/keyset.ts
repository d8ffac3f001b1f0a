import type { Node } from '@pgsql/types';
import { comparisonOf } from '../literal.ts';
import { both, conjuncts, disjuncts, operation, rowOf, sameTree } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { Rewriting, RewriteRule, RewriteSubject } from '../rule.ts';
import { columnOfNode, type Scope } from '../scope.ts';
import { isSteady } from '../steady.ts';
import type { Place } from '../visit.ts';

/**
 * The next page written with OR, `a > 1 OR (a = 1 AND b > 2)`, reads an index from its beginning. As a comparison of
 * rows it starts at the right place; with the bound `a >= 1` added, at the first equal one.
 */
export const keyset: RewriteRule = {
  name: 'keyset-or-to-row',
  summary:
    'Writes a keyset condition with OR as a comparison of rows, or adds the bound of its first column.',
  apply: (subject) => [
    ...keysets(
      subject,
      'the keyset is a comparison of rows, for which an index starts at the right place',
      rowComparison,
    ),
    ...keysets(
      subject,
      'the first column’s bound is added, which the keyset implies and an index serves',
      bounded,
    ),
  ],
};

interface Keyset {
  readonly condition: Node;
  /** Column and value, in the order of the sort. */
  readonly pairs: readonly (readonly [column: Node, value: Node])[];
  /** The comparison of each pair; of all but the last it is strict. */
  readonly operators: readonly string[];
}

function keysets(
  subject: RewriteSubject,
  reason: string,
  write: (keyset: Keyset) => Node | null,
): Rewriting[] {
  return rewritten(subject, {
    reason,
    condition(condition, place) {
      const read = place.filters ? readKeyset(condition, place, subject) : null;
      return read === null ? null : write(read);
    },
  });
}

function rowComparison({ pairs, operators }: Keyset): Node | null {
  const last = operators.at(-1) ?? '';
  // One direction, and the last comparison says whether the row itself belongs to it.
  if (!operators.slice(0, -1).every((operator) => operator === last.replace('=', ''))) return null;
  return operation(rowOf(pairs.map(([column]) => column)), last, rowOf(pairs.map(([, value]) => value)));
}

function bounded({ condition, pairs, operators }: Keyset): Node | null {
  const [pair, operator] = [pairs[0], operators[0]];
  return pair === undefined || operator === undefined
    ? null
    : both(operation(pair[0], `${operator.replace('=', '')}=`, pair[1]), condition);
}

/** `a > x OR a = x AND (b > y OR b = y AND c > z)`, or the same with all equalities in each branch. */
function readKeyset(condition: Node, { scope }: Place, subject: RewriteSubject): Keyset | null {
  const branches = disjuncts(condition);
  if (branches.length < 2) return null;
  const pairs: (readonly [Node, Node])[] = [];
  const operators: string[] = [];
  for (const [index, branch] of branches.entries()) {
    const parts = conjuncts(branch);
    const last = parts.at(-1);
    // Flat form: as many equalities as pairs before.
    const equalities = parts.slice(0, -1);
    if (
      last === undefined ||
      equalities.length !== index ||
      !equalities.every((part, at) => isEquality(part, pairs[at]))
    )
      return null;
    const nested =
      index === branches.length - 1 && 'BoolExpr' in last
        ? readKeyset(last, { scope, filters: true }, subject)
        : null;
    if (nested !== null) {
      pairs.push(...nested.pairs);
      operators.push(...nested.operators);
      continue;
    }
    const comparison = comparisonOf(last);
    if (comparison === null || !/^[<>]=?$/.test(comparison.operator)) return null;
    if (comparison.operator.length > 1 && index < branches.length - 1) return null;
    if (!isKey(comparison.left, scope) || !isSteady(comparison.right, subject) || hasColumn(comparison.right))
      return null;
    pairs.push([comparison.left, comparison.right]);
    operators.push(comparison.operator);
  }
  return { condition, pairs, operators };
}

function isEquality(node: Node, pair: readonly [Node, Node] | undefined): boolean {
  const comparison = comparisonOf(node);
  return (
    comparison?.operator === '=' &&
    pair !== undefined &&
    sameTree(comparison.left, pair[0]) &&
    sameTree(comparison.right, pair[1])
  );
}

/** Rows compare by the B-tree order of their columns' types. */
const isKey = (node: Node, scope: Scope): boolean => columnOfNode(node, scope)?.facts.sortable === true;

const hasColumn = (node: Node): boolean =>
  JSON.stringify(node).includes('"ColumnRef"') || JSON.stringify(node).includes('"SubLink"');
