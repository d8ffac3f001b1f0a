/** The tables in which results are compared, as far as made-up rows have to know them. */
export interface DataModel {
  readonly tables: readonly TableModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
  /** Days on which the session's time zone changes its offset, as `2026-03-29`. */
  readonly clockChanges: readonly string[];
}

export interface TableModel {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnModel[];
  /** Column names of each unique index or constraint; those over expressions are left out. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly rows: number;
}

export interface ColumnModel {
  readonly name: string;
  /** As `format_type` prints it. */
  readonly type: string;
  /** The base type's name in `pg_type`, domains looked through: `int4`, `timestamptz`. `enum` for any enum. */
  readonly base: string;
  readonly nullable: boolean;
  /** Cannot be written. */
  readonly generated: boolean;
  /** The labels of an enum. */
  readonly labels: readonly string[];
  /** Values of the rows that are there, as text; null where there are none or they cannot be ordered. */
  readonly common: string | null;
  readonly rare: string | null;
  readonly least: string | null;
  readonly greatest: string | null;
}

/** `fromColumns` of one table hold keys of another, one by one. */
export interface ForeignKeyModel {
  readonly from: { readonly schema: string; readonly name: string };
  readonly fromColumns: readonly string[];
  readonly to: { readonly schema: string; readonly name: string };
  readonly toColumns: readonly string[];
}

export type TypeFamily =
  | 'integer'
  | 'numeric'
  | 'float'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'enum'
  | 'other';

const FAMILIES: Readonly<Record<string, TypeFamily>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  numeric: 'numeric',
  float4: 'float',
  float8: 'float',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  time: 'time',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  enum: 'enum',
};

/** What is known of a type's values, from the name of its base type. */
export function familyOf(base: string): TypeFamily {
  return FAMILIES[base] ?? 'other';
}

/** Whether two names are of one table. */
export function isTable(
  one: { readonly schema: string; readonly name: string },
  other: { readonly schema: string; readonly name: string },
): boolean {
  return one.schema === other.schema && one.name === other.name;
}
