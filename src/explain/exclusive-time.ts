import type { Actual, PlanNode } from './tree.ts';

/** Time that no child accounts for. Averages over parallel processes may exceed their parent: never below 0. */
export function exclusiveMs(actual: Actual | null, children: readonly PlanNode[]): number | null {
  if (actual === null || actual.totalMs === null) return null;
  const below = children
    .filter((child) => !isCte(child))
    .reduce((sum, child) => sum + (child.actual?.totalMs ?? 0), 0);
  return Math.max(0, actual.totalMs - below);
}

/**
 * A CTE hangs below the node that declares it but runs inside the CTE Scans that pull its rows: its time is taken
 * off theirs, in the order in which they come.
 */
export function chargeCtes(root: PlanNode): PlanNode {
  const left = new Map<string, number>();
  const collect = (node: PlanNode): void => {
    if (isCte(node)) left.set(node.subplanName?.slice('CTE '.length) ?? '', node.actual?.totalMs ?? 0);
    node.children.forEach(collect);
  };
  const charge = (node: PlanNode): PlanNode => {
    const children = node.children.map(charge);
    if (node.cte === null || node.exclusiveMs === null) return { ...node, children };
    const taken = Math.min(node.exclusiveMs, left.get(node.cte) ?? 0);
    left.set(node.cte, (left.get(node.cte) ?? 0) - taken);
    return { ...node, children, exclusiveMs: node.exclusiveMs - taken };
  };
  collect(root);
  return left.size === 0 ? root : charge(root);
}

function isCte(node: PlanNode): boolean {
  return node.parentRelationship === 'InitPlan' && node.subplanName?.startsWith('CTE ') === true;
}
