import type { Mention } from '../mentions.ts';
import { rowsWith } from '../rows.ts';
import { neighboursOf } from '../values.ts';
import { labelOf } from './label.ts';
import type { Mutation, Scene } from './mutation.ts';

/** The values that a column is compared with, and those right beside them. */
export const constants: Mutation = {
  name: 'constants',
  states: (scene) =>
    scene.mentions.flatMap((mention) => {
      const { table, column } = mention;
      const values = new Set(
        comparedWith(mention, scene).flatMap((constant) => neighboursOf(column, constant)),
      );
      if (column.generated || values.size === 0) return [];
      return {
        name: `${labelOf(table, column)} has the values it is compared with, and their neighbours`,
        statements: [...values].flatMap((value, serial) =>
          rowsWith(table, new Map([[column.name, value]]), scene, serial),
        ),
        column,
      };
    }),
};

/** Constants and parameter values, few of each. */
export function comparedWith({ comparisons }: Mention, { parameterSets }: Scene): string[] {
  const values = comparisons.flatMap(({ constants: written, parameters }) => [
    ...written,
    ...parameters.flatMap((number) => parameterSets.flatMap((set) => set[number - 1] ?? [])),
  ]);
  return [...new Set(values)].slice(0, 10);
}
