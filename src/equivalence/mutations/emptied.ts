import { quoteQualified } from '../../sql/quote.ts';
import { isTable, type DataModel, type TableModel } from '../model.ts';
import { labelOf } from './label.ts';
import type { DataState, Mutation, Scene } from './mutation.ts';
import { rowsOfNulls } from './nulls.ts';

/**
 * Aggregates, NOT IN, EXISTS, outer joins: no row at all in one table, and those that refer to it. `NULL NOT IN (…)` is
 * true of nothing but an empty list, so that rows with NULL elsewhere are a state of their own.
 */
export const emptied: Mutation = {
  name: 'emptied',
  states: (scene) =>
    scene.tables.flatMap((table) => [without(table, scene), besideNulls(table, scene)].flat()),
};

function without(table: TableModel, { model }: Scene): DataState {
  return {
    name: `${labelOf(table)} is empty`,
    statements: referringTo(table, model).map((one) => `DELETE FROM ${quoteQualified(one)}`),
    column: null,
  };
}

function besideNulls(table: TableModel, scene: Scene): DataState[] {
  const { statements } = without(table, scene);
  const nulls = rowsOfNulls(scene).filter((rows) => rows.table !== table);
  return nulls.length === 0
    ? []
    : [
        {
          name: `${labelOf(table)} is empty, and others have rows with NULL wherever that is allowed`,
          statements: [...nulls.flatMap((rows) => rows.statements), ...statements],
          column: null,
        },
      ];
}

/** The table and whatever refers to it, those first that nobody refers to. */
function referringTo(table: TableModel, { tables, foreignKeys }: DataModel): TableModel[] {
  const found = [table];
  for (const one of found) {
    const referring = tables.filter(
      (other) =>
        !found.includes(other) &&
        foreignKeys.some(({ from, to }) => isTable(from, other) && isTable(to, one)),
    );
    found.push(...referring);
  }
  return found.toReversed();
}
