/** The `typname` of a type: `int4`, `timestamptz`, `_text`; `unknown` for a string literal that has none yet. */
export type SqlType = string;

const CHARACTER = new Set(['text', 'varchar', 'bpchar', 'unknown']);
/** In the order in which an operator widens them. */
const NUMERIC = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
const INTEGER = new Set(['int2', 'int4', 'int8']);

/** What a range is of. */
export const RANGE_ELEMENTS: Readonly<Record<SqlType, SqlType>> = {
  int4range: 'int4',
  int8range: 'int8',
  numrange: 'numeric',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
  daterange: 'date',
  int4multirange: 'int4',
  int8multirange: 'int8',
  nummultirange: 'numeric',
  tsmultirange: 'timestamp',
  tstzmultirange: 'timestamptz',
  datemultirange: 'date',
};

const GEOMETRIC = new Set(['point', 'box', 'polygon', 'circle']);

/** Other types of pg_catalog that have a default B-tree operator class and whose values are short. */
const SORTABLE = new Set(
  'bool date timestamp timestamptz time timetz interval uuid oid name char bytea inet cidr macaddr pg_lsn money'.split(
    ' ',
  ),
);

export function isCharacter(type: SqlType): boolean {
  return CHARACTER.has(type);
}

export function isNumeric(type: SqlType): boolean {
  return NUMERIC.includes(type);
}

export function isInteger(type: SqlType): boolean {
  return INTEGER.has(type);
}

export function isRange(type: SqlType): boolean {
  return Object.hasOwn(RANGE_ELEMENTS, type);
}

export function isGeometric(type: SqlType): boolean {
  return GEOMETRIC.has(type);
}

export function isArray(type: SqlType): boolean {
  return type.startsWith('_');
}

export function isSortable(type: SqlType): boolean {
  return isCharacter(type) || isNumeric(type) || SORTABLE.has(type);
}

/** The type of `a + b`. */
export function widerOf(one: SqlType, other: SqlType): SqlType | null {
  if (!isNumeric(one) || !isNumeric(other)) return null;
  const widest = Math.max(NUMERIC.indexOf(one), NUMERIC.indexOf(other));
  // A float4 beside anything but a float4 becomes float8.
  return NUMERIC[widest] === 'float4' && one !== other ? 'float8' : (NUMERIC[widest] ?? null);
}

const FROM_TEXT = new Set(
  'int2 int4 int8 numeric float4 float8 bool uuid jsonb json text varchar bpchar inet'.split(' '),
);
const TO_TEXT = new Set(
  'int2 int4 int8 numeric float4 float8 bool uuid jsonb json text varchar bpchar inet name'.split(' '),
);
const JSONB_TO = new Set('int2 int4 int8 numeric float4 float8 bool'.split(' '));

/**
 * Whether a cast is immutable: no dates from or to text (they go by DateStyle), no timestamptz to or from what has no
 * zone (it goes by TimeZone), no enums (their labels may be renamed).
 */
export function isImmutableCast(from: SqlType, to: SqlType): boolean {
  if (from === to) return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isCharacter(from)) return FROM_TEXT.has(to);
  if (isCharacter(to)) return TO_TEXT.has(from);
  if (from === 'jsonb') return JSONB_TO.has(to);
  return WITHOUT_ZONE.has(`${from} ${to}`);
}

const WITHOUT_ZONE = new Set([
  'timestamp date',
  'timestamp time',
  'date timestamp',
  'bool int4',
  'int4 bool',
]);
