import { isDeepStrictEqual } from 'node:util';
import { quoteName, quoteQualified } from '../../sql/quote.ts';
import type { Mention } from '../mentions.ts';
import type { TableModel } from '../model.ts';
import { copyOf, isUnique, type Values } from '../rows.ts';
import { neighboursOf } from '../values.ts';
import { comparedWith } from './constants.ts';
import { labelOf } from './label.ts';
import type { Mutation, Scene } from './mutation.ts';

/** Combinations of a table's constants; more only cost time. */
const MOST_ROWS = 24;

/**
 * `a < 2 OR (a = 2 AND id <= 7)` as `(a, id) < (2, 7)`: the row that has all the values at once tells, and neither value
 * does by itself.
 */
export const coincidences: Mutation = {
  name: 'coincidences',
  states: (scene) =>
    scene.tables.flatMap((table) => {
      const columns = comparedColumns(table, scene);
      if (columns.length < 2) return [];
      const rows = oneForEachKey(table, combinationsOf(columns));
      return {
        name: `${labelOf(table)} has all the values at once that its columns are compared with`,
        statements: rows.flatMap((values, serial) => [
          ...inPlaceOf(table, values),
          copyOf(table, values, 'first', scene, serial),
        ]),
        column: null,
      };
    }),
};

interface Compared {
  readonly name: string;
  readonly values: readonly string[];
}

function comparedColumns(table: TableModel, scene: Scene): Compared[] {
  return scene.mentions
    .filter((mention) => mention.table === table && !mention.column.generated)
    .map((mention) => ({ name: mention.column.name, values: exactly(mention, scene) }))
    .filter(({ values }) => values.length > 0);
}

/** The constants themselves, without what lies beside them. */
function exactly(mention: Mention, scene: Scene): string[] {
  return comparedWith(mention, scene).flatMap((constant) =>
    neighboursOf(mention.column, constant).slice(0, 1),
  );
}

function combinationsOf(columns: readonly Compared[]): Values[] {
  return columns.reduce<Map<string, string>[]>(
    (rows, { name, values }) =>
      rows.flatMap((row) => values.map((value) => new Map([...row, [name, value]]))).slice(0, MOST_ROWS),
    [new Map()],
  );
}

/** Only one row has a key: the values that are compared together come first. */
function oneForEachKey(table: TableModel, rows: readonly Values[]): Values[] {
  const keyOf = (row: Values) => [...row].flatMap(([name, value]) => (isUnique(table, name) ? [value] : []));
  const isFirst = (row: Values, at: number) =>
    rows.findIndex((other) => isDeepStrictEqual(keyOf(other), keyOf(row))) === at;
  return rows.filter((row, at) => keyOf(row).length === 0 || isFirst(row, at));
}

/** Where a value is a key's, the row that has it may be there already. */
function inPlaceOf(table: TableModel, values: Values): string[] {
  const key = [...values].filter(([name]) => isUnique(table, name));
  const others = [...values].filter(([name]) => !isUnique(table, name));
  if (key.length === 0 || others.length === 0) return [];
  const equal = (separator: string, pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, value]) => `${quoteName(name)} = ${value}`).join(separator);
  return [`UPDATE ${quoteQualified(table)} SET ${equal(', ', others)} WHERE ${equal(' AND ', key)}`];
}
