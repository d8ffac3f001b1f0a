import { rowsWith, updateOf } from '../rows.ts';
import type { TableModel } from '../model.ts';
import { labelOf } from './label.ts';
import type { Mutation, Scene } from './mutation.ts';

/** NOT IN, count(column), outer joins, comparisons: NULL in each column that may have it, and in all of a table. */
export const nulls: Mutation = {
  name: 'nulls',
  states: (scene) => {
    const each = nullableIn(scene).map(({ table, column }) => ({
      name: `${labelOf(table, column)} is NULL in some rows`,
      statements: [
        ...rowsWith(table, new Map([[column.name, 'NULL']]), scene, 0),
        updateOf(table, column.name, 'NULL', `(('x' || substr(md5(r::text), 1, 4))::bit(16)::int) % 3 = 0`),
      ],
      column,
    }));
    const together = rowsOfNulls(scene).map(({ table, statements }) => ({
      name: `${labelOf(table)} has rows with NULL wherever that is allowed`,
      statements,
      column: null,
    }));
    return [...each, ...together];
  },
};

/** For each table that may have NULL in columns that the statements name, rows that have it in all of them. */
export function rowsOfNulls(scene: Scene): { readonly table: TableModel; readonly statements: string[] }[] {
  const nullable = nullableIn(scene);
  return [...new Set(nullable.map(({ table }) => table))].map((table) => {
    const own = nullable.filter((mention) => mention.table === table);
    const values = new Map(own.map(({ column }) => [column.name, 'NULL']));
    return { table, statements: rowsWith(table, values, scene, 0) };
  });
}

function nullableIn({ mentions }: Scene): Scene['mentions'] {
  return mentions.filter(({ column }) => column.nullable && !column.generated);
}
