import { rowsWith } from '../rows.ts';
import { edgesOf } from '../values.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** Ranges, casts, comparisons of texts: values at the edges of days, months and types. */
export const edges: Mutation = {
  name: 'edges',
  states: (scene) =>
    scene.mentions
      .filter(({ column }) => !column.generated)
      .map(({ table, column }) => ({
        name: `${labelOf(table, column)} has values at the edges of its type`,
        statements: edgesOf(column, scene.model.clockChanges).flatMap((value, serial) =>
          rowsWith(table, new Map([[column.name, value]]), scene, serial),
        ),
        column,
      })),
};
