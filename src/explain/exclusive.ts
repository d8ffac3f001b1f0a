import type { PlanNode } from './tree.ts';

/**
 * What each node adds to an amount (milliseconds, blocks) that EXPLAIN counts for a node together with all below it.
 * Averages over parallel processes may exceed their parent: never below 0. A CTE hangs below the node that declares it
 * but runs inside the CTE Scans that pull its rows: it is taken off theirs, in the order in which they come.
 */
export function exclusive(
  root: PlanNode,
  inclusive: (node: PlanNode) => number | null,
): ReadonlyMap<PlanNode, number> {
  const own = new Map<PlanNode, number>();
  const left = new Map<string, number>();
  const count = (node: PlanNode): void => {
    if (isCte(node)) left.set(node.subplanName?.slice('CTE '.length) ?? '', inclusive(node) ?? 0);
    const amount = inclusive(node);
    const below = node.children
      .filter((child) => !isCte(child))
      .reduce((sum, child) => sum + (inclusive(child) ?? 0), 0);
    if (amount !== null) own.set(node, Math.max(0, amount - below));
    node.children.forEach(count);
  };
  const charge = (node: PlanNode): void => {
    node.children.forEach(charge);
    const amount = own.get(node);
    // The WorkTable Scan of a recursive CTE has its name, too, and is a part of it.
    if (node.cte === null || node.type !== 'CTE Scan' || amount === undefined) return;
    const taken = Math.min(amount, left.get(node.cte) ?? 0);
    left.set(node.cte, (left.get(node.cte) ?? 0) - taken);
    own.set(node, amount - taken);
  };
  count(root);
  charge(root);
  return own;
}

export function isCte(node: PlanNode): boolean {
  return node.parentRelationship === 'InitPlan' && node.subplanName?.startsWith('CTE ') === true;
}
