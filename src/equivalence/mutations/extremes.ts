import { rowsWith } from '../rows.ts';
import { extremesOf } from '../values.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** Arithmetic on columns: the greatest and smallest values of a type, one at a time. */
export const extremes: Mutation = {
  name: 'extremes',
  states: (scene) =>
    scene.mentions
      .filter(({ column }) => !column.generated)
      .flatMap(({ table, column }) =>
        extremesOf(column).map((value) => ({
          name: `${labelOf(table, column)} has the value ${value}`,
          statements: rowsWith(table, new Map([[column.name, value]]), scene, 0),
          column,
        })),
      ),
};
