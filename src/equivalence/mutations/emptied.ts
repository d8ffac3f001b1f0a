import { quoteQualified } from '../../sql/quote.ts';
import { isTable, type DataModel, type TableModel } from '../model.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** Aggregates, NOT IN, EXISTS, outer joins: no row at all in one table, and those that refer to it. */
export const emptied: Mutation = {
  name: 'emptied',
  states: ({ tables, model }) =>
    tables.map((table) => ({
      name: `${labelOf(table)} is empty`,
      statements: referringTo(table, model).map((one) => `DELETE FROM ${quoteQualified(one)}`),
      column: null,
    })),
};

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
