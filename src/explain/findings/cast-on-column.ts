import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { factsOf, isWorthwhile, relationOf, rowsRemoved, tableOf, type FindingRule } from './rule.ts';

/** Below that a scan costs nothing. */
const ROWS = 1_000;

/** `(orders.total)::numeric`, `(total)::text`, `("Order".total)::double precision`. */
const CAST = /\((?:(?:"[^"]+"|\w+)\.)?("[^"]+"|\w+)\)::([a-z][a-z ]*[a-z0-9])/g;

/**
 * A condition casts a column that has an index, so that the index is of no use: most often a parameter or literal of
 * another type (`total = 5.0` compares `numeric`).
 */
export const castOnColumn: FindingRule = {
  code: 'cast-on-column',
  shows: 'a condition casts a column, so that its index is of no use',
  advice: 'pass the value in the type of the column, so that nothing is cast',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const facts = factsOf(node.relation, relations);
    if (node.filter === null || facts === null || !isSlow(plan, node, facts)) return [];
    const cast = castsIn(node.filter).find(({ column, type }) => isHindered(facts, column, type));
    if (cast === undefined) return [];
    const { column, type, index } = { ...cast, index: indexOn(facts, cast.column) ?? '' };
    return [
      {
        code: 'cast-on-column',
        message: `${node.filter} casts ${column} of ${tableOf(node)} to ${type}, so that ${index} is of no use`,
        advice: `pass the value in the type of the column${typeOf(facts, column)}, so that nothing is cast`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { column, type, index, filter: node.filter },
      },
    ];
  });
}

function castsIn(condition: string): { readonly column: string; readonly type: string }[] {
  return [...condition.matchAll(CAST)].map(([, name = '', type = '']) => ({
    column: name.startsWith('"') ? name.slice(1, -1) : name,
    type,
  }));
}

/** To text, `varchar` is only relabelled: its index serves. */
function isHindered(facts: RelationFacts, column: string, type: string): boolean {
  const own = facts.columns.find(({ name }) => name === column)?.type ?? '';
  const isRelabelled = type === 'text' && own.startsWith('character varying');
  return !isRelabelled && indexOn(facts, column) !== null;
}

function indexOn(facts: RelationFacts, column: string): string | null {
  return facts.indexes.find(({ valid, keys }) => valid && keys[0]?.column === column)?.name ?? null;
}

function typeOf(facts: RelationFacts, column: string): string {
  const type = facts.columns.find(({ name }) => name === column)?.type;
  return type === undefined ? '' : ` (${type})`;
}

function isSlow(plan: Plan, node: PlanNode, facts: RelationFacts): boolean {
  if (!plan.analyzed) return (facts.rows ?? 0) - node.estimated.rows >= ROWS;
  return rowsRemoved(node) >= ROWS && isWorthwhile(plan, node.exclusiveMs);
}
