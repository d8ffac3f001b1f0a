import { quoteName, quoteQualified } from '../../sql/quote.ts';
import { isTable, type DataModel, type TableModel } from '../model.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** Offsets, groups, joins: one row in a table, or as few as foreign keys allow, and one row in every table. */
export const singleRow: Mutation = {
  name: 'single-row',
  states: ({ tables, model }) => {
    const each = tables.map((table) => ({
      name: `${labelOf(table)} has a single row`,
      statements: [keepOne(table, model)],
      column: null,
    }));
    const all = {
      name: 'every table has a single row',
      // Several times: a row may go once those that refer to it have gone.
      statements: [0, 1, 2].flatMap(() => tables.map((table) => keepOne(table, model))),
      column: null,
    };
    return [...each, all];
  },
};

function keepOne(table: TableModel, { foreignKeys }: DataModel): string {
  const kept = `(SELECT k.ctid FROM ${quoteQualified(table)} k ORDER BY k.tableoid DESC, k.ctid DESC LIMIT 1)`;
  const referred = foreignKeys
    .filter(({ to }) => isTable(to, table))
    .map(({ from, fromColumns, toColumns }) => {
      const equal = toColumns
        .map((name, at) => `c.${quoteName(fromColumns[at] ?? '')} = r.${quoteName(name)}`)
        .join(' AND ');
      return ` AND NOT EXISTS (SELECT FROM ${quoteQualified(from)} c WHERE ${equal})`;
    });
  return `DELETE FROM ${quoteQualified(table)} AS r WHERE r.ctid <> ${kept}${referred.join('')}`;
}
