/**
 * What the catalog, the statistics views and the settings say, as plain data.
 * The pure stages (steps, advisor, explain, gate) read only this; `pg/` fills it.
 */

export interface ColumnFacts {
  readonly name: string;
  /** As `format_type` prints it: `integer`, `character varying(80)`, … */
  readonly type: string;
  readonly notNull: boolean;
  /** Whether the type has a default B-tree operator class. */
  readonly sortable: boolean;
  /** From `pg_stats`, null where the column was never analysed: a count, or a negative fraction of the rows. */
  readonly distinctValues: number | null;
  readonly nullFraction: number | null;
  /** Bytes. */
  readonly averageWidth: number | null;
}

export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** Whether the key uses its type's default operator class and the column's own collation. */
  readonly defaultOperators: boolean;
}

export interface IndexFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `btree`, `hash`, `gin`, … */
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly included: readonly string[];
  readonly unique: boolean;
  readonly primary: boolean;
  /** Backs a primary key, unique or exclusion constraint. */
  readonly constraint: string | null;
  readonly valid: boolean;
  /** The predicate of a partial index, as SQL. */
  readonly predicate: string | null;
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string;
  readonly sizeBytes: number;
  /** Scans since the statistics were reset. */
  readonly scans: number;
}

export type RelationKind =
  | 'table'
  | 'partitioned-table'
  | 'view'
  | 'materialized-view'
  | 'foreign-table'
  | 'other';

export interface RelationFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly columns: readonly ColumnFacts[];
  readonly indexes: readonly IndexFacts[];
  /** `pg_class.reltuples`; null where it was never counted. */
  readonly rows: number | null;
  /** Heap, without indexes. */
  readonly sizeBytes: number;
  /** Whether `ANALYZE`, by hand or automatic, has ever run. */
  readonly analyzed: boolean;
  /** `pg_stat_all_tables.n_mod_since_analyze`. */
  readonly rowsModifiedSinceAnalyze: number;
  /** Whether the connected role may create indexes here: owns the table and may create in its schema. */
  readonly mayIndex: boolean;
}

/** A relation as a statement names it, with what the catalog resolved it to. */
export interface ResolvedRelation {
  readonly reference: RelationReference;
  readonly relation: RelationFacts;
}

export interface RelationReference {
  /** Null where the statement leaves it to the search path. */
  readonly schema: string | null;
  readonly name: string;
}
