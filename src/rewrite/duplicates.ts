import type { Node } from '@pgsql/types';
import { functionsOf } from '../sql/probe.ts';
import { maySetReturn } from '../sql/pure-functions.ts';

import { comparisonOf, flipped, literalOf, parameterOf } from './literal.ts';
import { conjuncts, sameTree } from './nodes.ts';
import { uniqueKeys } from '../advisor/unique-keys.ts';
import { columnOfNode, type Column, type Scope, type SelectStmt, type Source } from './scope.ts';
import { isInteger } from './values.ts';

/**
 * Whether no two rows of a plain SELECT can be equal, DISTINCT aside: its output tells the row of each of its tables,
 * by a key of the table itself, or because a join or a constant leaves at most one.
 * @param scope of the query, with all of its FROM list
 */
export function isDuplicateFree(select: SelectStmt, scope: Scope): boolean {
  const { targetList = [], groupClause, havingClause } = select;
  if (
    select.larg !== undefined ||
    select.valuesLists !== undefined ||
    functionsOf(targetList).some(maySetReturn)
  )
    return false;
  const outputs = targetList.flatMap((target) => ('ResTarget' in target ? (target.ResTarget.val ?? []) : []));
  if (groupClause !== undefined)
    return groupClause.every((key) => outputs.some((output) => sameTree(output, key)));
  // One row for all; what an aggregate is cannot always be told by its name.
  if (havingClause !== undefined || functionsOf(targetList).length > 0 || scope.sources.length === 0)
    return false;
  const known = new Set<Source>();
  const given = columnsOf(outputs, scope);
  const equalities = (select.fromClause ?? []).flatMap((entry) => joinEqualities(entry, scope));
  equalities.push(...equalitiesOf(select.whereClause, scope));
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const source of scope.sources)
      if (!known.has(source) && isTold(source, given, equalities, known)) known.add(source);
  }
  return known.size === scope.sources.length;
}

/** `column = other` in a condition that holds for every row; the other a column, or null for a constant. */
interface Equality {
  readonly column: Column;
  readonly other: Column | null;
}

/** Whether a key of a source is in the output, constant, or equal to columns of sources that are known already. */
function isTold(
  source: Source,
  given: readonly Column[],
  equalities: readonly Equality[],
  known: ReadonlySet<Source>,
): boolean {
  const { relation } = source;
  if (relation === null) return false;
  const has = (name: string) =>
    given.some((column) => column.source === source && column.facts.name === name) ||
    equalities.some(
      ({ column, other }) =>
        column.source === source && column.facts.name === name && (other === null || known.has(other.source)),
    );
  return uniqueKeys(relation, source.only).some((key) => key.every(has));
}

function columnsOf(outputs: readonly Node[], scope: Scope): Column[] {
  return outputs.flatMap((output) => columnOfNode(output, scope) ?? []);
}

/** The equalities of the conditions of joins. That of an outer join says nothing of the side that it keeps. */
function joinEqualities(entry: Node, scope: Scope): Equality[] {
  if (!('JoinExpr' in entry)) return [];
  const { larg, rarg, quals, jointype } = entry.JoinExpr;
  const below = [larg, rarg].flatMap((side) => (side === undefined ? [] : joinEqualities(side, scope)));
  if (jointype === 'JOIN_INNER') return [...below, ...equalitiesOf(quals, scope)];
  if (jointype !== 'JOIN_LEFT') return below;
  const right = new Set(aliasesIn(rarg));
  return [...below, ...equalitiesOf(quals, scope).filter(({ column }) => right.has(column.source.alias))];
}

function aliasesIn(entry: Node | undefined): string[] {
  if (entry === undefined) return [];
  if ('RangeVar' in entry) return [entry.RangeVar.alias?.aliasname ?? entry.RangeVar.relname ?? ''];
  return 'JoinExpr' in entry ? [...aliasesIn(entry.JoinExpr.larg), ...aliasesIn(entry.JoinExpr.rarg)] : [];
}

function equalitiesOf(condition: Node | undefined, scope: Scope): Equality[] {
  return conjuncts(condition).flatMap((part) => {
    const comparison = comparisonOf(part);
    if (comparison?.operator !== '=') return [];
    return [comparison, flipped(comparison)].flatMap(({ left, right }) => {
      const [column, other] = [columnOfNode(left, scope), columnOfNode(right, scope)];
      if (column === null || !(other === null ? isConstantFor(right, column) : areOneToOne(column, other)))
        return [];
      return [{ column, other }];
    });
  });
}

/** Whether a constant is compared in the column's own type, so that at most one of its values is equal. */
function isConstantFor(node: Node, { facts }: Column): boolean {
  const constant = literalOf(node) ?? parameterOf(node);
  return constant !== null && (constant.type === null || constant.type === facts.baseType);
}

/** Of a wider or coarser type several values may be equal to one: integers as a float, local times as instants. */
function areOneToOne({ facts: one }: Column, { facts: other }: Column): boolean {
  return one.baseType === other.baseType || (isInteger(one) && isInteger(other));
}
