import type { ColumnFacts } from '../facts.ts';

/**
 * Whether equal values of a column are the same value: not so for `1.0` and `1.00`, `-0` and `0`, `1 month` and
 * `30 days`, or for what a collation takes for equal. Where they are, it does not matter which of several equal ones
 * DISTINCT and the like keep.
 */
export function isExact({ baseType, type, collation }: ColumnFacts): boolean {
  if (collation !== null && !collation.deterministic) return false;
  // A scale or a length that the column has, all its values have.
  if (baseType === 'numeric') return type.startsWith('numeric(');
  if (baseType === 'bpchar') return type.startsWith('character(');
  return EXACT.has(baseType);
}

const EXACT: ReadonlySet<string> = new Set(
  `int2 int4 int8 oid bool date timestamp timestamptz time uuid text varchar name char bytea inet cidr macaddr macaddr8
   bit varbit pg_lsn`.split(/\s+/),
);

/**
 * Whether `=` between two columns means the same as being in one group: types of one family, whose equality all of
 * them share, and the same collation.
 */
export function areComparable(one: ColumnFacts, other: ColumnFacts): boolean {
  if (one.collation?.name !== other.collation?.name) return false;
  const [family, otherFamily] = [familyOf(one), familyOf(other)];
  return family !== null && family === otherFamily;
}

function familyOf({ baseType }: ColumnFacts): string | null {
  if (/^int[248]$/.test(baseType)) return 'integer';
  if (baseType === 'text' || baseType === 'varchar') return 'text';
  return FAMILIES.has(baseType) ? baseType : null;
}

const FAMILIES: ReadonlySet<string> = new Set([
  'oid',
  'bool',
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'uuid',
  'bytea',
  'numeric',
  'bpchar',
  'inet',
  'macaddr',
  'interval',
  'timetz',
]);

/** Whether sums and averages of a column are the same in whatever order its values are added. */
export function addsExactly({ baseType }: ColumnFacts): boolean {
  return /^(?:int[248]|numeric|money)$/.test(baseType);
}
