import type { IndexFacts, IndexKey } from '../facts.ts';
import { subjectOf } from './expression.ts';
import type { TableUse } from './shape.ts';
import { canonicalOf, expressionTree } from './subject.ts';
import type { Wish, WishKey } from './wish.ts';

type Asked = Pick<Wish, 'use' | 'equal' | 'tail' | 'anyDirection'>;

/**
 * Whether an existing index grants a wish already: the equal columns come first in any order, then the others in
 * theirs, all in the wished direction or all reversed. Skip scans are not counted on: they are worth it only where
 * the leading column has few values. A partial index serves where one of the statement's own conditions is its
 * predicate.
 */
export function serves(index: IndexFacts, wish: Asked): boolean {
  if (!index.valid || index.method !== 'btree') return false;
  const implied = impliedColumns(index, wish.use);
  if (implied === null) return false;
  // What its predicate says already, its keys need not.
  const equal = wish.equal.filter((column) => !implied.has(column));
  const asked = { ...wish, equal };
  if (findsOneRow(index, asked)) return true;
  const leading = index.keys.slice(0, equal.length);
  const following = index.keys.slice(equal.length, equal.length + wish.tail.length);
  if (equal.length + wish.tail.length === 0) return true;
  if (leading.length < equal.length || following.length < wish.tail.length) return false;
  return (
    equal.every((column) => leading.some((key) => isKeyOf(key, { column }, wish.use))) &&
    follows(following, asked)
  );
}

/** The columns to which the predicate leaves one value; null where the statement does not imply all of it. */
function impliedColumns({ predicate }: IndexFacts, use: TableUse): ReadonlySet<string> | null {
  if (predicate === null) return new Set();
  const tree = expressionTree(predicate);
  if (tree === null) return null;
  const parts =
    'BoolExpr' in tree && tree.BoolExpr.boolop === 'AND_EXPR' ? (tree.BoolExpr.args ?? []) : [tree];
  const implying = parts.map((part) => {
    const canonical = canonicalOf(part);
    return use.filters.find(({ sql }) => canonicalText(sql) === canonical);
  });
  if (implying.includes(undefined)) return null;
  return new Set(implying.flatMap((filter) => (filter?.fixes === true ? [filter.column] : [])));
}

/** All columns of a unique index have one value each: at most one row is left to sort or to filter. */
function findsOneRow(index: IndexFacts, { equal, use }: Pick<Asked, 'equal' | 'use'>): boolean {
  if (!index.unique) return false;
  return index.keys.every((key) => equal.some((column) => isKeyOf(key, { column }, use)));
}

function follows(keys: readonly IndexKey[], { tail, anyDirection, use }: Asked): boolean {
  const columns = tail.every((wished, at) => isKeyOf(keys[at], wished, use));
  if (!columns || anyDirection) return columns;
  return [false, true].some((reversed) => tail.every((key, at) => isSameOrder(keys[at], key, reversed)));
}

function isSameOrder(key: IndexKey | undefined, wished: WishKey, reversed: boolean): boolean {
  return (
    key !== undefined &&
    key.descending === (wished.descending !== reversed) &&
    key.nullsFirst === (wished.nullsFirst !== reversed)
  );
}

/** Whether a key of an index is over this column or expression, with operators of this class. */
function isKeyOf(
  key: IndexKey | undefined,
  { column, operatorClass }: Pick<WishKey, 'column' | 'operatorClass'>,
  use: TableUse,
): boolean {
  if (key === undefined) return false;
  const operators =
    operatorClass === undefined
      ? key.defaultOperators
      : key.operatorClass === operatorClass.split('.').at(-1);
  if (!operators) return false;
  if (key.expression === null) return key.column === column;
  const canonical = subjectOf(use, column)?.canonical ?? null;
  return canonical !== null && canonical === canonicalText(key.expression);
}

/** As `canonicalOf`, from text; the text itself where it is no expression. */
export function canonicalText(sql: string): string {
  const tree = expressionTree(sql);
  return tree === null ? sql : canonicalOf(tree);
}
