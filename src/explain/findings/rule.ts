import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode, PlanRelation } from '../tree.ts';

/** Looks for one kind of problem in a plan; `relations` are those that the statement names. */
export type FindingRule = (plan: Plan, relations: readonly RelationFacts[]) => readonly Finding[];

/**
 * Whether time spent in a node is worth a finding: at least 1 ms and 5 % of the statement. pgMustard cuts its tips
 * off below a share of the total in the same way. A plan without times lets everything through.
 */
export function isWorthwhile(plan: Plan, spentMs: number | null): boolean {
  if (spentMs === null || plan.totalMs === null) return true;
  return spentMs >= Math.max(1, 0.05 * plan.totalMs);
}

/** The facts of a scan's table; null where the name is not among them, or stands for several. */
export function factsOf(
  relation: PlanRelation | null,
  relations: readonly RelationFacts[],
): RelationFacts | null {
  if (relation === null) return null;
  const named = relations.filter(
    ({ schema, name }) => name === relation.name && (relation.schema === null || relation.schema === schema),
  );
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** The relation of a finding; null unless its schema is known. */
export function relationOf(
  node: PlanNode,
  relations: readonly RelationFacts[],
): { readonly schema: string; readonly name: string } | null {
  const facts = factsOf(node.relation, relations);
  if (facts !== null) return { schema: facts.schema, name: facts.name };
  const { relation } = node;
  return relation === null || relation.schema === null
    ? null
    : { schema: relation.schema, name: relation.name };
}

/** Rows that a node read in all loops, those that its filter removed included. */
export function rowsRead(node: PlanNode): number {
  return node.actual === null ? 0 : (node.actual.rows + node.rowsRemovedByFilter) * node.actual.loops;
}

/** Rows that a node's filter removed in all loops. */
export function rowsRemoved(node: PlanNode): number {
  return node.rowsRemovedByFilter * (node.actual?.loops ?? 0);
}

/** `1,234,567`, for sentences. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
