export interface PlanRelation {
  /** Null unless EXPLAIN was VERBOSE. */
  readonly schema: string | null;
  readonly name: string;
  readonly alias: string;
}

/** What a node did, where EXPLAIN ran with ANALYZE and the node was reached. */
export interface Actual {
  /** Per loop: PostgreSQL 18 gives two decimals. */
  readonly rows: number;
  /** Every process counts: leader and workers. */
  readonly loops: number;
  /** Of all loops, the nodes below included, as elapsed time: loops that ran side by side count once. Null under TIMING OFF. */
  readonly totalMs: number | null;
}

export interface PlanNode {
  /** `Seq Scan`, `Hash Join`, … */
  readonly type: string;
  /** `Outer`, `Inner`, `InitPlan`, `SubPlan`, `Member`, `Subquery`; null at the root. */
  readonly parentRelationship: string | null;
  /** `CTE recent`, `SubPlan 1`, … */
  readonly subplanName: string | null;
  /** The table of a scan. */
  readonly relation: PlanRelation | null;
  readonly index: string | null;
  /** The CTE that a CTE Scan reads. */
  readonly cte: string | null;
  readonly estimated: {
    /** Per loop. */
    readonly rows: number;
    /** Bytes a row. */
    readonly width: number;
    /** Cost units, per loop. */
    readonly startupCost: number;
    readonly totalCost: number;
  };
  /** Null without ANALYZE, and where the node was never executed (`neverExecuted` tells which). */
  readonly actual: Actual | null;
  readonly neverExecuted: boolean;
  /** Time of this node alone; null where it was not measured. */
  readonly exclusiveMs: number | null;
  readonly filter: string | null;
  readonly indexCond: string | null;
  readonly joinFilter: string | null;
  /** Rounded, per loop. */
  readonly rowsRemovedByFilter: number;
  /** Rounded, per loop. */
  readonly rowsRemovedByJoinFilter: number;
  /** Descents of the index in all loops; null where the node has none or the server is older than 18. */
  readonly indexSearches: number | null;
  readonly sortKey: readonly string[];
  /** `quicksort`, `top-N heapsort`, `external merge`, … */
  readonly sortMethod: string | null;
  readonly sortSpaceType: 'Memory' | 'Disk' | null;
  readonly sortSpaceUsedKb: number | null;
  readonly hashBatches: number | null;
  readonly joinType: string | null;
  readonly innerUnique: boolean;
  /** Whether a planner setting (`enable_…`) speaks against the node. */
  readonly disabled: boolean;
  /** Blocks of 8 kB in all loops, the nodes below included; null without BUFFERS. */
  readonly sharedHitBlocks: number | null;
  readonly sharedReadBlocks: number | null;
  readonly heapFetches: number | null;
  readonly children: readonly PlanNode[];
}

/** A plan with what can be asked of it. */
export class Plan {
  readonly root: PlanNode;
  readonly planningMs: number | null;
  readonly executionMs: number | null;

  constructor(
    root: PlanNode,
    times: { readonly planningMs: number | null; readonly executionMs: number | null },
  ) {
    this.root = root;
    this.planningMs = times.planningMs;
    this.executionMs = times.executionMs;
  }

  /** Whether EXPLAIN ran with ANALYZE. */
  get analyzed(): boolean {
    return this.root.actual !== null || this.root.neverExecuted;
  }

  /** Milliseconds of the execution; null where it was not timed. */
  get totalMs(): number | null {
    return this.executionMs ?? this.root.actual?.totalMs ?? null;
  }

  /** Shared blocks hit and read by the execution, planning excluded; null without BUFFERS. */
  get sharedBlocks(): number | null {
    const { sharedHitBlocks: hit, sharedReadBlocks: read } = this.root;
    return hit === null && read === null ? null : (hit ?? 0) + (read ?? 0);
  }

  /** Whether any node reads the index of this name. */
  usesIndex(name: string): boolean {
    return this.nodes().some((node) => node.index === name);
  }

  /** Every node, parents first. */
  nodes(): PlanNode[] {
    return descendants(this.root);
  }

  /** From a node's parent up to the root. */
  ancestors(node: PlanNode): PlanNode[] {
    const path = pathTo(this.root, node);
    return path === null ? [] : path.slice(0, -1).toReversed();
  }
}

function descendants(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(descendants)];
}

function pathTo(from: PlanNode, node: PlanNode): PlanNode[] | null {
  if (from === node) return [from];
  for (const child of from.children) {
    const path = pathTo(child, node);
    if (path !== null) return [from, ...path];
  }
  return null;
}
