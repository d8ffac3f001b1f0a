import { rowsWith, updateOf } from '../rows.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** NOT IN, count(column), outer joins, comparisons: NULL in each column that may have it, and in all of a table. */
export const nulls: Mutation = {
  name: 'nulls',
  states: (scene) => {
    const nullable = scene.mentions.filter(({ column }) => column.nullable && !column.generated);
    const each = nullable.map(({ table, column }) => ({
      name: `${labelOf(table, column)} is NULL in some rows`,
      statements: [
        ...rowsWith(table, new Map([[column.name, 'NULL']]), scene, 0),
        updateOf(table, column.name, 'NULL', `(('x' || substr(md5(r::text), 1, 4))::bit(16)::int) % 3 = 0`),
      ],
      column,
    }));
    const together = [...new Set(nullable.map(({ table }) => table))].map((table) => ({
      name: `${labelOf(table)} has rows with NULL wherever that is allowed`,
      statements: rowsWith(
        table,
        new Map(
          nullable.filter((mention) => mention.table === table).map(({ column }) => [column.name, 'NULL']),
        ),
        scene,
        0,
      ),
      column: null,
    }));
    return [...each, ...together];
  },
};
