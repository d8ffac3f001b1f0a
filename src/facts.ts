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
  /** `pg_type.typname` below any domain: `int4`, `text`, `timestamptz`, `_int4` for an array of it. */
  readonly baseType: string;
  /** What its values are compared by; null for types without collation. */
  readonly collation: CollationFacts | null;
  /** The expression of a stored or virtual generated column, as SQL. */
  readonly generated: { readonly expression: string; readonly virtual: boolean } | null;
  /** Between the column's order and the table's, -1 to 1. */
  readonly correlation: number | null;
  /** Most common values as text with their share of the rows, most common first. */
  readonly commonValues: readonly { readonly value: string; readonly frequency: number }[];
  /** The bounds of groups of equally many rows, as text, without the most common values. */
  readonly histogram: readonly string[];
}

export interface CollationFacts {
  readonly name: string;
  /** Whether it compares bytes or code points, so that a plain B-tree serves `LIKE 'x%'`. */
  readonly bytewise: boolean;
  readonly deterministic: boolean;
}

export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  /** The SQL of the expression; null for a column. */
  readonly expression: string | null;
  /** `int4_ops`, `text_pattern_ops`, `gin_trgm_ops`, … */
  readonly operatorClass: string;
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
  /** Whether uniqueness holds after every statement, not only at the end of the transaction. */
  readonly immediate: boolean;
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
  readonly foreignKeys: readonly ForeignKeyFacts[];
  /** Foreign keys of other tables, or its own, that lead here. */
  readonly referencedBy: readonly ReferencingFacts[];
  /** Null for what is not partitioned. */
  readonly partitioning: PartitioningFacts | null;
  readonly isPartition: boolean;
  /** Whether other tables inherit from it without being partitions. */
  readonly inherited: boolean;
  /** Share of its pages that the visibility map has as visible to all, 0 to 1; null where it was never counted. */
  readonly allVisibleShare: number | null;
  readonly deadRows: number;
  readonly writes: WriteFacts;
  /** Its triggers that are no constraints, enabled ones. */
  readonly triggers: readonly string[];
  /** Names of its extended statistics, as `schema.name`, with the columns that they cover. */
  readonly statistics: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

/** A foreign key as the referencing table has it. */
interface ForeignKeyFacts {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referenced: { readonly schema: string; readonly name: string };
  readonly referencedColumns: readonly string[];
  readonly validated: boolean;
}

/** A foreign key as the referenced table sees it. */
export interface ReferencingFacts {
  readonly name: string;
  readonly table: { readonly schema: string; readonly name: string };
  readonly columns: readonly string[];
  readonly rows: number | null;
  /** Whether an index of the referencing table begins with its columns, in any order. */
  readonly indexed: boolean;
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
}

interface PartitioningFacts {
  readonly strategy: 'range' | 'list' | 'hash';
  /** Null for an expression. */
  readonly keys: readonly (string | null)[];
  /** Its leaves, at any depth. */
  readonly partitions: readonly { readonly schema: string; readonly name: string }[];
  /** Whether a partition is itself partitioned. */
  readonly nested: boolean;
}

/** Rows written since the statistics were reset, and how long that is. */
interface WriteFacts {
  readonly inserted: number;
  readonly updated: number;
  /** Of those updated, without a new entry in any index. */
  readonly hotUpdated: number;
  readonly deleted: number;
  /** Seconds since the database's statistics were reset; null where they never were. */
  readonly seconds: number | null;
}

/** What of the server decides which changes are possible and what a statement means. */
export interface ServerTraits {
  /** Extensions that are installed, or that could be. */
  readonly extensions: readonly ExtensionFacts[];
  /** Settings of the session by name, as `SHOW` prints them: those that decide plans and meanings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether the role may create objects in the database: schemas, trusted extensions. */
  readonly mayCreate: boolean;
}

export interface ExtensionFacts {
  readonly name: string;
  /** The schema where it is installed; null where it is only available. */
  readonly schema: string | null;
  /** Whether a role without superuser may install it. */
  readonly trusted: boolean;
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
