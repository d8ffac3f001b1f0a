import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, isWorthwhile, relationOf, type FindingRule } from './rule.ts';

/** PEV2, depesz and pgAdmin mark a factor of 10; below 100 rows on both sides it changes no plan. */
const FACTOR = 10;
const ROWS = 100;

/** Nodes above which the number of rows is cut short, so that it says nothing about the estimate. */
const STOPS_EARLY = new Set(['Limit', 'Merge Join']);

/** The planner's number of rows is far from the real one; the lowest such node is to blame for those above. */
export const rowMisestimate: FindingRule = {
  code: 'row-misestimate',
  shows: 'the planner is wrong about the rows of a node by a factor of ten',
  advice:
    'ANALYZE the table; where that changes nothing, give the columns a higher statistics target or extended statistics',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return lowestWrong(plan.root, false).flatMap((node) => {
    const actual = node.actual?.rows ?? 0;
    const ratio = factor(node);
    if (!isWorthwhile(plan, node.actual?.totalMs ?? null)) return [];
    const what = node.relation?.name ?? node.type;
    const wrong = actual > node.estimated.rows ? 'fewer' : 'more';
    return [
      {
        code: 'row-misestimate',
        message: `the planner expects ${count(node.estimated.rows)} rows of ${what}, there are ${count(actual)} (${count(ratio)} times ${wrong} than real)`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: node.exclusiveMs,
        numbers: { estimatedRows: node.estimated.rows, actualRows: actual, factor: ratio },
      },
    ];
  });
}

function lowestWrong(node: PlanNode, cutShort: boolean): PlanNode[] {
  const below = node.children.flatMap((child) => lowestWrong(child, isCutShort(node, child, cutShort)));
  return below.length === 0 && !cutShort && isWrong(node) ? [node] : below;
}

/** A blocking node reads its input to the end, whatever stops above it. */
function isCutShort(parent: PlanNode, child: PlanNode, cutShort: boolean): boolean {
  if (/^(Sort|Hash|Aggregate|Materialize|SetOp)$/.test(parent.type)) return false;
  if (child.parentRelationship === 'InitPlan' || child.parentRelationship === 'SubPlan') return true;
  const stopsAtMatch = parent.innerUnique || /^(Semi|Anti|Right Semi)$/.test(parent.joinType ?? '');
  if (child.parentRelationship === 'Inner' && stopsAtMatch) return true;
  return cutShort || STOPS_EARLY.has(parent.type);
}

function isWrong(node: PlanNode): boolean {
  // What a bitmap index scan returns is counted before the table's rows are looked at.
  if (node.actual === null || node.type === 'BitmapAnd' || node.type === 'BitmapOr') return false;
  return Math.max(node.actual.rows, node.estimated.rows) >= ROWS && factor(node) >= FACTOR;
}

function factor(node: PlanNode): number {
  const actual = Math.max(1, node.actual?.rows ?? 1);
  const estimated = Math.max(1, node.estimated.rows);
  return Math.max(actual / estimated, estimated / actual);
}
