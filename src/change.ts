import { effectOf } from './lint/lock/effect-of.ts';
import type { Probe } from './measure/probe.ts';
import { statementsOrNone } from './sql/parse.ts';
import { quoteName, quoteQualified } from './sql/quote.ts';

/** A B-tree index: what the advisor proposes, the ledger announces and the catalog is compared with. */
export interface IndexDefinition {
  readonly schema: string;
  readonly table: string;
  /** Without schema: an index lives in its table's schema. */
  readonly name: string;
  readonly keys: readonly IndexKeyDefinition[];
}

export interface IndexKeyDefinition {
  readonly column: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** An index that goes: known by its object id and its definition, so that no other of its name goes instead. */
export interface RemovedIndex {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string;
}

/** One thing to do to a database. */
export interface SqlStep {
  readonly type: 'sql';
  /** A word for file names: `orders_customer_id_idx`, `analyze_orders`. */
  readonly name: string;
  /** The statement for the target, exactly as it will be sent. */
  readonly up: string;
  /** What undoes it; null where nothing is left to undo. */
  readonly down: string | null;
  /** Whether `up` may run inside a transaction block. */
  readonly transactional: boolean;
  /** The same effect in a form that a transaction accepts, for the transaction lab; null where there is none. */
  readonly inTransaction: string | null;
  /** The index that `up` builds: the ledger's intent and the postcondition. */
  readonly builds: IndexDefinition | null;
  /** The index that `up` removes: intent and postcondition likewise. */
  readonly removes: RemovedIndex | null;
  /** Cut short, `up` leaves nothing behind that anybody has to look after: VACUUM and ANALYZE. */
  readonly leavesNothing: boolean;
}

/** What a proposal would do, in order. */
export interface Change {
  /** One line for people: `index on shop.orders (customer_id, created_at DESC)`. */
  readonly summary: string;
  readonly steps: readonly SqlStep[];
}

/** A change, why it should help, and what will tell. Pure data: made by a step kind, tried by a lab. */
export interface Proposal {
  /** Unique among an item's proposals and stable from run to run. */
  readonly id: string;
  readonly change: Change;
  readonly reason: string;
  /** Null where nothing can be measured and a postcondition has to do. */
  readonly probe: Probe | null;
  /** Milliseconds of the statement's time that the change might save; only orders proposals. */
  readonly estimatedGainMs: number;
}

/** Builds an index without blocking writers; stands alone, outside a transaction. */
export function createIndexStep(index: IndexDefinition): SqlStep {
  const build = (concurrently: string) =>
    `CREATE INDEX ${concurrently}${quoteName(index.name)} ON ${quoteQualified({ schema: index.schema, name: index.table })} (${index.keys.map(renderKey).join(', ')})`;
  return {
    type: 'sql',
    name: index.name,
    up: build('CONCURRENTLY '),
    down: `DROP INDEX CONCURRENTLY IF EXISTS ${quoteQualified(index)}`,
    transactional: false,
    inTransaction: build(''),
    builds: index,
    removes: null,
    leavesNothing: false,
  };
}

/**
 * Refreshes a table's statistics. Nothing to undo: the next `ANALYZE` replaces them anyway.
 * The trial names every column: only a plain `ANALYZE` resets the counter that autovacuum goes by, and it does so
 * although the transaction is rolled back.
 */
export function analyzeStep(table: {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string }[];
}): SqlStep {
  const up = `ANALYZE ${quoteQualified(table)}`;
  return {
    type: 'sql',
    name: `analyze_${table.name}`,
    up,
    down: null,
    transactional: true,
    inTransaction: `${up} (${table.columns.map((column) => quoteName(column.name)).join(', ')})`,
    builds: null,
    removes: null,
    leavesNothing: true,
  };
}

/** Removes an index without blocking anybody; the definition brings it back. */
export function dropIndexStep({ schema, name, oid, definition }: RemovedIndex): SqlStep {
  const index = { schema, name, oid, definition };
  return {
    type: 'sql',
    name: `drop_${index.name}`,
    up: `DROP INDEX CONCURRENTLY ${quoteQualified(index)}`,
    down: index.definition.replace(/^CREATE (UNIQUE )?INDEX /, (start) => `${start}CONCURRENTLY `),
    transactional: false,
    inTransaction: null,
    builds: null,
    removes: index,
    leavesNothing: false,
  };
}

/** `created_at DESC`, with `NULLS …` only where it differs from the direction's default. */
export function renderKey(key: IndexKeyDefinition): string {
  const direction = key.descending ? ' DESC' : '';
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return quoteName(key.column) + direction + nulls;
}

/** Somebody's statements as they stand, to be judged and, once approved, applied; nothing is known of how they help. */
export function asProposed(sql: string, probe: Probe | null): Proposal {
  return {
    id: sql,
    change: { summary: sql, steps: stepsOf(sql) },
    reason: 'proposed by the item',
    probe,
    estimatedGainMs: 0,
  };
}

/** The statements of a text as steps, one each; a text that does not parse is one step, which the gate refuses. */
export function stepsOf(sql: string): SqlStep[] {
  const statements = statementsOrNone(sql);
  if (statements.length === 0) return [stepOf(sql, false, false)];
  return statements.map(({ sql: text, tree }) =>
    stepOf(text, effectOf(tree).inTransaction, 'VacuumStmt' in tree),
  );
}

function stepOf(up: string, transactional: boolean, leavesNothing: boolean): SqlStep {
  return {
    type: 'sql',
    name: up.slice(0, 40),
    up,
    down: null,
    transactional,
    inTransaction: null,
    builds: null,
    removes: null,
    leavesNothing,
  };
}
