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
  /** Its place in the order in which EXPLAIN prints the nodes; the root is 1. */
  readonly id: number;
  /** `Seq Scan`, `Hash Join`, … */
  readonly type: string;
  /** Whether parallel processes share the work of this very node. */
  readonly parallelAware: boolean;
  /** Of an Aggregate or SetOp: `Plain`, `Sorted`, `Hashed`, `Mixed`. */
  readonly strategy: string | null;
  /** Of an Aggregate that parallel processes begin and their leader ends: `Partial`, `Finalize`; else `Simple`. */
  readonly partialMode: string | null;
  /** Of a ModifyTable: `Insert`, `Update`, `Delete`, `Merge`. */
  readonly operation: string | null;
  /** `Outer`, `Inner`, `InitPlan`, `SubPlan`, `Member`, `Subquery`; null at the root. */
  readonly parentRelationship: string | null;
  /** `CTE recent`, `SubPlan 1`, … */
  readonly subplanName: string | null;
  /** The table of a scan, or the one that is written to. */
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
  /** Shared blocks that this node alone hit or read, in all loops; null without BUFFERS. */
  readonly exclusiveBlocks: number | null;
  /** Blocks of temporary files that this node alone wrote; null without BUFFERS. */
  readonly exclusiveTempBlocks: number | null;
  readonly filter: string | null;
  readonly indexCond: string | null;
  readonly recheckCond: string | null;
  /** Of a hash or merge join. */
  readonly joinCond: string | null;
  readonly joinFilter: string | null;
  /** Rounded, per loop. */
  readonly rowsRemovedByFilter: number;
  /** Rounded, per loop. */
  readonly rowsRemovedByJoinFilter: number;
  /** Rounded, per loop. */
  readonly rowsRemovedByRecheck: number;
  /** Descents of the index in all loops; null where the node has none or the server is older than 18. */
  readonly indexSearches: number | null;
  /** Rows that an Index Only Scan looked up in the table, in all loops. */
  readonly heapFetches: number | null;
  readonly sortKey: readonly string[];
  readonly groupKey: readonly string[];
  /** `quicksort`, `top-N heapsort`, `external merge`, … */
  readonly sortMethod: string | null;
  readonly sortSpaceType: 'Memory' | 'Disk' | null;
  /** The most that one process used. */
  readonly sortSpaceUsedKb: number | null;
  /** Of a Hash. */
  readonly hash: HashTable | null;
  /** Of a hashed Aggregate. */
  readonly hashAggregate: HashAggregate | null;
  /** What a Material, WindowAgg, CTE Scan, … keeps rows in; null before PostgreSQL 18. */
  readonly storage: { readonly type: 'Memory' | 'Disk'; readonly maximumKb: number | null } | null;
  /** Of a Memoize, all processes together. */
  readonly cache: Cache | null;
  /** Pages that a Bitmap Heap Scan knew row by row, and as a whole, all processes together. */
  readonly bitmap: { readonly exactBlocks: number; readonly lossyBlocks: number } | null;
  /** Of a Gather. */
  readonly gather: { readonly planned: number; readonly launched: number | null } | null;
  /** What each worker did; the leader's part is in `actual` alone. */
  readonly workers: readonly { readonly rows: number; readonly loops: number }[];
  readonly joinType: string | null;
  readonly innerUnique: boolean;
  /** Whether a planner setting (`enable_…`) speaks against the node. */
  readonly disabled: boolean;
  /** Children of an Append that were pruned when it began to run. */
  readonly subplansRemoved: number;
  /** Blocks of 8 kB in all loops, the nodes below included; null without BUFFERS. */
  readonly sharedHitBlocks: number | null;
  readonly sharedReadBlocks: number | null;
  readonly tempReadBlocks: number | null;
  readonly tempWrittenBlocks: number | null;
  /** Waiting for reads of shared blocks, the nodes below included; null without `track_io_timing`. */
  readonly readMs: number | null;
  /** The nodes below included; null without WAL. */
  readonly wal: Wal | null;
  readonly children: readonly PlanNode[];
}

export interface HashTable {
  readonly batches: number;
  /** As planned; fewer than `batches` where the estimate was wrong. */
  readonly originalBatches: number;
  readonly peakMemoryKb: number | null;
}

export interface HashAggregate {
  /** Above 0 where the planner expected not to have the memory. */
  readonly plannedPartitions: number;
  /** The most of one process. */
  readonly batches: number;
  readonly peakMemoryKb: number | null;
  /** All processes together. */
  readonly diskKb: number;
}

export interface Cache {
  readonly key: string | null;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly overflows: number;
}

export interface Wal {
  readonly records: number;
  readonly fullPageImages: number;
  readonly bytes: number;
  /** How often WAL had to be written because its buffers were full; null before PostgreSQL 18. */
  readonly buffersFull: number | null;
}

/** What EXPLAIN says of the statement as a whole. */
export interface Statement {
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  readonly planning: {
    /** Shared blocks; null without BUFFERS. */
    readonly hitBlocks: number | null;
    readonly readBlocks: number | null;
    /** Null without MEMORY. */
    readonly memoryKb: number | null;
  };
  readonly triggers: readonly Trigger[];
  /** Null where nothing was compiled. */
  readonly jit: { readonly functions: number | null; readonly totalMs: number } | null;
  /** Settings that matter to the planner and are not the default; null without SETTINGS. */
  readonly settings: Readonly<Record<string, string>> | null;
  /** Making the rows into what a client gets; null without SERIALIZE. */
  readonly serialization: { readonly ms: number | null; readonly outputKb: number } | null;
  /** The statement itself, where auto_explain wrote the plan. */
  readonly queryText: string | null;
}

export interface Trigger {
  readonly name: string;
  /** The constraint that it keeps. */
  readonly constraint: string | null;
  readonly relation: string | null;
  /** Of all calls; null under TIMING OFF. */
  readonly ms: number | null;
  readonly calls: number;
}

/** A plan with what can be asked of it. */
export class Plan {
  readonly root: PlanNode;
  readonly statement: Statement;
  /** In the order in which EXPLAIN prints them, each with its parent. */
  readonly #parents = new Map<PlanNode, PlanNode | null>();

  constructor(root: PlanNode, statement: Statement) {
    this.root = root;
    this.statement = statement;
    const add = (node: PlanNode, parent: PlanNode | null): void => {
      this.#parents.set(node, parent);
      for (const child of node.children) add(child, node);
    };
    add(root, null);
  }

  get planningMs(): number | null {
    return this.statement.planningMs;
  }

  get executionMs(): number | null {
    return this.statement.executionMs;
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
    return sharedBlocksOf(this.root);
  }

  /** Whether any node reads the index of this name. */
  usesIndex(name: string): boolean {
    return this.nodes().some((node) => node.index === name);
  }

  /** Every node, parents first. */
  nodes(): PlanNode[] {
    return [...this.#parents.keys()];
  }

  /** From a node's parent up to the root. */
  ancestors(node: PlanNode): PlanNode[] {
    const path: PlanNode[] = [];
    for (let parent = this.#parents.get(node); parent != null; parent = this.#parents.get(parent))
      path.push(parent);
    return path;
  }
}

/** Shared blocks that a node and all below it hit or read; null without BUFFERS. */
export function sharedBlocksOf({ sharedHitBlocks: hit, sharedReadBlocks: read }: PlanNode): number | null {
  return hit === null && read === null ? null : (hit ?? 0) + (read ?? 0);
}
