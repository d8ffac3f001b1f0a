import type { IndexElement, IndexKeyDefinition } from '../change.ts';
import { subjectOf } from './expression.ts';
import { startsWithConstant } from './operator-use.ts';
import { patternOperators } from './pattern.ts';
import type { JoinColumn, TableUse } from './shape.ts';

/** `column` may be an expression in parentheses, as in a `TableUse`. */
export interface WishKey extends IndexKeyDefinition {
  /** Where it is not the type's default. */
  readonly operatorClass?: string;
}

/** An order of columns that would serve a use, before it is compared with the indexes that exist. */
export interface Wish {
  readonly use: TableUse;
  /** Columns that each have one value a scan: any order serves, the most distinct comes first. */
  readonly equal: readonly string[];
  /** What follows: a range, lists or the sort order. */
  readonly tail: readonly WishKey[];
  /** Whether the direction of `tail` does not matter. */
  readonly anyDirection: boolean;
  /** The tables that the join columns in `equal` look it up from. */
  readonly joins: readonly string[];
  /** What `tail` brings. */
  readonly purpose: 'lookup' | 'range' | 'pattern' | 'list' | 'order' | 'grouping';
}

/** More columns cost every write and rarely narrow a scan further. */
const MAX_KEYS = 5;

/** All orders of columns that could serve a use: equalities first, then one range, or the sort order. */
export function wishesOf(use: TableUse): Wish[] {
  const single = use.equalities.filter(({ list }) => !list).map(({ column }) => column);
  return lookups(use, single)
    .flatMap(({ equal, joins }) =>
      tails(use, equal)
        // Rows that are looked up one by one do not come grouped.
        .filter(({ purpose }) => purpose !== 'grouping' || joins.length === 0)
        .map((tail) => ({ use, equal, joins, ...tail })),
    )
    .flatMap((wish) => fit(wish) ?? []);
}

interface Lookup {
  readonly equal: readonly string[];
  readonly joins: readonly string[];
}

/** The sets of equal columns: the constants, and the columns of each join with and without them. */
function lookups(use: TableUse, single: readonly string[]): Lookup[] {
  const [mostDistinct, ...others] = byDistinctness(single, use);
  const constants = { equal: single, joins: [] };
  const narrow =
    mostDistinct === undefined || others.length === 0 ? [] : [{ equal: [mostDistinct], joins: [] }];
  const joined = [...joinsByOther(use.joins)].flatMap(([other, columns]) => [
    { equal: columns, joins: [other] },
    { equal: [...single, ...columns], joins: [other] },
  ]);
  return [constants, ...narrow, ...joined];
}

function joinsByOther(joins: readonly JoinColumn[]): Map<string, readonly string[]> {
  const columns = new Map<string, readonly string[]>();
  for (const { column, other } of joins) {
    const alias = other?.alias ?? '';
    columns.set(alias, [...(columns.get(alias) ?? []), column]);
  }
  return columns;
}

type Tail = Pick<Wish, 'tail' | 'anyDirection' | 'purpose'>;

function tails(use: TableUse, equal: readonly string[]): Tail[] {
  const bound = new Set(equal);
  const free = (columns: readonly string[]) => columns.filter((column) => !bound.has(column)).map(ascending);
  const patterns = patternKeys(use).filter(({ column }) => !bound.has(column));
  const lists = free(use.equalities.filter(({ list }) => list).map(({ column }) => column));
  const ranges = free(use.ranges.map(({ column }) => column));
  // A column with one value does not take part in the order.
  const order = use.orderBy.filter(({ column }) => !bound.has(column));
  const listed = (tail: readonly IndexKeyDefinition[]) => tail.filter(({ column }) => !has(order, column));
  const groupings = [use.groupBy, use.distinct].map(free).filter(({ length }) => length > 0);
  return [
    { tail: [], anyDirection: true, purpose: 'lookup' },
    ...(lists.length === 0 ? [] : [{ tail: lists, anyDirection: true, purpose: 'list' } as const]),
    ...ranges.flatMap((range): Tail[] => [
      { tail: [range], anyDirection: true, purpose: 'range' },
      ...(lists.length === 0
        ? []
        : [{ tail: [...lists, range], anyDirection: true, purpose: 'range' } as const]),
    ]),
    ...patterns.map((pattern): Tail => ({ tail: [pattern], anyDirection: true, purpose: 'pattern' })),
    ...(order.length === 0
      ? []
      : [
          { tail: order, anyDirection: false, purpose: 'order' } as const,
          // Behind the order, a list or a range still spares the visit to rows that do not match.
          {
            tail: [...order, ...listed([...lists, ...ranges])],
            anyDirection: false,
            purpose: 'order',
          } as const,
        ]),
    ...groupings.map((tail): Tail => ({ tail, anyDirection: true, purpose: 'grouping' })),
  ];
}

/** Orders and cuts to what an index can have; null where nothing is left. */
function fit(wish: Wish): Wish | null {
  const sortable = (column: string) => subjectOf(wish.use, column)?.sortable === true;
  const equal = byDistinctness([...new Set(wish.equal.filter(sortable))], wish.use).slice(0, MAX_KEYS);
  const distinct = wish.tail.filter(
    ({ column }, at) => wish.tail.findIndex((key) => key.column === column) === at,
  );
  const unsortable = distinct.findIndex(({ column }) => !sortable(column));
  const tail = (unsortable < 0 ? distinct : distinct.slice(0, unsortable)).slice(0, MAX_KEYS - equal.length);
  if (equal.length + tail.length === 0) return null;
  return { ...wish, equal, tail };
}

/** `LIKE 'x%'` in another order than that of bytes needs an operator class of its own. */
function patternKeys(use: TableUse): WishKey[] {
  return use.operators.filter(startsWithConstant).flatMap(({ column }) => {
    const subject = subjectOf(use, column);
    const operatorClass = subject === null ? null : patternOperators(subject);
    return operatorClass === null ? [] : [{ ...ascending(column), operatorClass }];
  });
}

/** Most distinct first; columns without statistics keep their order, last. */
function byDistinctness(columns: readonly string[], use: TableUse): string[] {
  return columns.toSorted((one, other) => (distinctCount(use, other) ?? 0) - (distinctCount(use, one) ?? 0));
}

/** The number of values in a column; null without statistics. */
export function distinctCount(use: TableUse, column: string): number | null {
  const distinct = subjectOf(use, column)?.distinctValues ?? null;
  return distinct === null || distinct >= 0 ? distinct : -distinct * (use.relation.rows ?? 1);
}

/** The keys of the index that grants a wish. */
export function keysOf(wish: Pick<Wish, 'equal' | 'tail'>): WishKey[] {
  return [...wish.equal.map(ascending), ...wish.tail];
}

/** The same as a definition has them, expressions as such. */
export function elementOf(use: TableUse, key: WishKey): IndexElement {
  const expression = subjectOf(use, key.column)?.expression ?? null;
  return expression === null ? key : { ...key, column: null, expression };
}

function has(keys: readonly IndexKeyDefinition[], column: string): boolean {
  return keys.some((key) => key.column === column);
}

function ascending(column: string): WishKey {
  return { column, descending: false, nullsFirst: false };
}
