import type { TouchedObject } from '../sql/object.ts';

/** What the catalog says about an object that a statement touches. */
export interface ObjectState {
  readonly object: TouchedObject;
  readonly found: boolean;
  /** Null where it was not found. */
  readonly oid: number | null;
  /** As `pg_identify_object` prints it: `shop.orders`, `total on shop.orders`, `shop.f(integer)`; null where not found. */
  readonly identity: string | null;
  /** In the server's words: `table`, `index`, `materialized view`, `table constraint`. */
  readonly kind: string | null;
  readonly owner: string | null;
  /** `reltuples`, of a partitioned table the sum of its partitions; null where it was never counted or has no rows. */
  readonly rows: number | null;
  /** Of a table with its indexes and TOAST, of a partitioned one with its partitions; null for what has no storage. */
  readonly sizeBytes: number | null;
  /** Of a table without its indexes: what a scan reads and a rewrite writes. */
  readonly heapBytes: number | null;
  /** Indexes of a table, its partitions' included. */
  readonly indexes: number | null;
  /** Scans of an index or a table that the server has counted. */
  readonly scans: number | null;
  /** Since when scans are counted, an ISO date; null where the statistics were never reset. */
  readonly scansSince: string | null;
  /** Of an index, constraint, trigger, …: the table it is on. */
  readonly table: TableSize | null;
}

export interface TableSize {
  readonly identity: string;
  readonly rows: number | null;
  readonly sizeBytes: number | null;
}

/** The state of everything that a change touches. */
export interface TouchedState {
  /** Changes whenever a definition, a right, an owner or an identity changes; never with rows, sizes and statistics. */
  readonly sha256: string;
  readonly objects: readonly ObjectState[];
}

/** An object that goes along with another, or holds it. */
export interface Dependent {
  /** In the server's words: `view`, `table constraint`, `default value`. */
  readonly type: string;
  readonly schema: string | null;
  /** Null for what has no name of its own in the catalog. */
  readonly name: string | null;
  /** As `pg_identify_object` prints it. */
  readonly identity: string;
  readonly rows: number | null;
  readonly sizeBytes: number | null;
  /** A foreign key, which its type does not tell from other constraints. */
  readonly foreignKey: boolean;
  /**
   * Part of an object that goes with it: a row type, a TOAST table, the rule of a view, the index of a constraint,
   * the triggers of a foreign key. Nobody needs to read these to know what is lost.
   */
  readonly internal: boolean;
}

/** What follows from removing or truncating objects, or deleting their rows. */
export interface Dependents {
  /** Goes along without being asked: indexes, constraints, defaults and triggers of a table, partitions, owned sequences. */
  readonly along: readonly Dependent[];
  /** Goes along only because of `CASCADE`; empty without it. */
  readonly cascaded: readonly Dependent[];
  /** Makes the statement fail: without `CASCADE` what depends on it, always what owns it. */
  readonly blocking: readonly Dependent[];
  /** Tables whose rows a DELETE takes along by `ON DELETE CASCADE`. */
  readonly deletedRows: readonly Dependent[];
  /** Of all of them by identity; changes when anything comes or goes. */
  readonly sha256: string;
}
