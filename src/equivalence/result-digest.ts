import { createHash } from 'node:crypto';
import { createRowsDigest, type RowsDigest } from '../measure/digest.ts';

/** By what two results are compared. */
export interface ResultForm {
  /** Positions of the sort keys among the outputs; null where the ORDER BY is not all there, or there is none. */
  readonly sortKeys: readonly number[] | null;
  /** Positions of floating-point outputs of aggregates, whose last digits depend on the order of rows. */
  readonly inexact: readonly number[];
}

export interface ResultDigest extends RowsDigest {
  /** Equal for equal sequences of sort keys. */
  readonly keys: string;
}

type Row = readonly (string | null)[];

export function createResultDigest(form: ResultForm): { add(row: Row): void; result(): ResultDigest } {
  const rows = createRowsDigest();
  const keys = createHash('sha256');
  return {
    add(row) {
      const comparable = comparableRow(row, form);
      rows.add(comparable);
      if (form.sortKeys !== null) keys.update(JSON.stringify(form.sortKeys.map((at) => comparable[at])));
    },
    result: () => ({ ...rows.result(), keys: keys.digest('hex') }),
  };
}

/** Digits of a floating-point number that have to agree: relative differences of 1e-9 come from the order of additions. */
const DIGITS = 9;

function comparableRow(row: Row, { inexact }: Pick<ResultForm, 'inexact'>): Row {
  if (inexact.length === 0) return row;
  return row.map((value, at) => {
    const number = Number(value);
    return value === null || !inexact.includes(at) || !Number.isFinite(number)
      ? value
      : number.toPrecision(DIGITS);
  });
}

/** The level on which the query's meaning fixes its result. */
export type Strictness = 'sequence' | 'multiset' | 'sort-keys';

/** What differs between two results, in words; null where nothing does. */
export function differenceOf(one: ResultDigest, other: ResultDigest, strictness: Strictness): string | null {
  if (one.rows !== other.rows) return `${other.rows} rows instead of ${one.rows}`;
  if (strictness !== 'sort-keys' && one.multiset !== other.multiset) return 'other rows';
  if (one.keys !== other.keys || (strictness === 'sequence' && one.sequence !== other.sequence))
    return 'rows in another order';
  return null;
}

/** Collects rows that only one of two results has; duplicates count. */
export function createRowsDifference(inexact: readonly number[]) {
  const counts = new Map<string, number>();
  const count = (row: Row, by: number) => {
    const key = JSON.stringify(comparableRow(row, { inexact }));
    const left = (counts.get(key) ?? 0) + by;
    if (left === 0) counts.delete(key);
    else counts.set(key, left);
  };
  const rowsWhere = (is: (left: number) => boolean, most: number) =>
    [...counts]
      .flatMap(([key, left]) => (is(left) ? [JSON.parse(key) as (string | null)[]] : []))
      .slice(0, most);
  return {
    addToFirst: (row: Row) => count(row, 1),
    addToSecond: (row: Row) => count(row, -1),
    onlyInFirst: (most: number) => rowsWhere((left) => left > 0, most),
    onlyInSecond: (most: number) => rowsWhere((left) => left < 0, most),
  };
}
