import { rowsWith } from '../rows.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** UNION, DISTINCT, joins instead of semi-joins: rows that differ in their keys only. */
export const duplicates: Mutation = {
  name: 'duplicates',
  states: (scene) =>
    scene.tables.map((table) => ({
      name: `${labelOf(table)} has rows twice`,
      statements: [0, 1].flatMap((serial) => rowsWith(table, new Map(), scene, serial)),
      column: null,
    })),
};
