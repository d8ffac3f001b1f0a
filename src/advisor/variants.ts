import type { Plan } from '../explain/plan.ts';
import { subjectOf } from './expression.ts';
import { rowsFetched } from './gain.ts';
import type { TableUse } from './shape.ts';
import { isCharacter } from './sql-type.ts';
import type { Wish } from './wish.ts';
import { keysOf } from './wish.ts';

/** A partial index is for a small share of the rows: nearly all others need no entry. */
const SMALL_SHARE = 0.25;

/** What a wish becomes in an index of only those rows that some literals of the statement ask for. */
export interface PartialWish {
  readonly wish: Wish;
  readonly predicate: string;
}

/** The wish in a partial index, where constant conditions leave a small share of the rows; null otherwise. */
export function partialOf(wish: Wish): PartialWish | null {
  const filters = wish.use.filters.filter(({ share }) => share !== null && share <= SMALL_SHARE);
  const [first] = filters;
  if (first === undefined) return null;
  const decided = new Set(filters.filter(({ fixes }) => fixes).map(({ column }) => column));
  const equal = wish.equal.filter((column) => !decided.has(column));
  const tail = wish.tail.filter(({ column }) => !decided.has(column));
  // Something has to be the key, and a column of one value takes little room.
  const keys = equal.length + tail.length === 0 ? [first.column] : equal;
  const predicate = filters.map(({ sql }) => sql).join(' AND ');
  return { wish: { ...wish, equal: keys, tail }, predicate };
}

/** Fewer visits to the table are over before an index could spare them. */
const MANY_ROWS = 100;
/** Bytes beside the keys: more of them make an index as large as its table. */
const MAX_INCLUDED_BYTES = 40;
const MAX_INCLUDED_COLUMNS = 4;

/** The columns that an index would need beside its keys to answer without the table; null where that is no gain. */
export function includedFor(wish: Wish, plan: Plan): readonly string[] | null {
  const { use } = wish;
  const { columns, relation } = use;
  if (columns === null || (relation.allVisibleShare ?? 0) < 0.5 || rowsFetched(wish, plan) < MANY_ROWS)
    return null;
  const keys = new Set(keysOf(wish).map(({ column }) => column));
  if ([...keys].some((key) => subjectOf(use, key)?.expression !== null)) return null;
  const further = [...columns].filter((column) => !keys.has(column));
  const bytes = further.reduce((sum, column) => sum + widthOf(use, column), 0);
  const fits = further.length > 0 && further.length <= MAX_INCLUDED_COLUMNS && bytes <= MAX_INCLUDED_BYTES;
  return fits ? further : null;
}

/** Bytes; of what has never been analysed only numbers and the like are taken to be narrow. */
function widthOf({ relation }: TableUse, name: string): number {
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (column === undefined || column.generated?.virtual === true) return Infinity;
  return column.averageWidth ?? (isCharacter(column.baseType) || !column.sortable ? Infinity : 8);
}
