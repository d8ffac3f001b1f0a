import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode, PlanRelation } from '../tree.ts';

/** Looks for one kind of problem in a plan. */
export interface FindingRule {
  /** That of its findings, and the name of its file. */
  readonly code: string;
  /** One line for the documentation: what a plan with it shows; `note: …` where it never has a cost. */
  readonly shows: string;
  /** What to do about it, one sentence; a finding that knows more than that has its own. */
  readonly advice: string;
  /** @param relations those that the statement names */
  readonly find: (plan: Plan, relations: readonly RelationFacts[]) => readonly Finding[];
}

/** Bytes of a block, with which every distribution builds PostgreSQL. */
export const BLOCK_BYTES = 8192;

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

/** The only relation that is read below a node, itself included; null where there are several. */
export function onlyRelationBelow(
  node: PlanNode,
  relations: readonly RelationFacts[],
): { readonly schema: string; readonly name: string } | null {
  const [scan, ...others] = scansBelow(node);
  return scan === undefined || others.length > 0 ? null : relationOf(scan, relations);
}

function scansBelow(node: PlanNode): PlanNode[] {
  return [...(node.relation === null ? [] : [node]), ...node.children.flatMap(scansBelow)];
}

/** The table of a node, in sentences. */
export function tableOf(node: PlanNode): string {
  return node.relation?.name ?? 'a table';
}

/** Rows that a node returned in all loops. */
export function rowsReturned({ actual }: PlanNode): number {
  return actual === null ? 0 : actual.rows * actual.loops;
}

/** Rows that a node read in all loops, those that its filter removed included. */
export function rowsRead(node: PlanNode): number {
  return node.actual === null ? 0 : (node.actual.rows + node.rowsRemovedByFilter) * node.actual.loops;
}

/** Rows that a node's filter removed in all loops. */
export function rowsRemoved(node: PlanNode): number {
  return node.rowsRemovedByFilter * (node.actual?.loops ?? 0);
}

/** Milliseconds, of which some may not have been measured; null where none was. */
export function sumMs(...parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
}

/** `1,234,567`, for sentences. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `12.5 ms`, for sentences. */
export function milliseconds(ms: number): string {
  return `${ms.toLocaleString('en-US', { maximumFractionDigits: ms >= 100 ? 0 : 1 })} ms`;
}

/** `1,368 kB`, `12 MB`, for sentences. */
export function kilobytes(kb: number): string {
  return kb >= 10_240 ? `${count(kb / 1024)} MB` : `${count(kb)} kB`;
}

/** `87 %`, for sentences; never rounded up to 100. */
export function percent(share: number): string {
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100} %`;
}
