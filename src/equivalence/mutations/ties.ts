import { quoteName, quoteQualified } from '../../sql/quote.ts';
import { isUnique, updateOf } from '../rows.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** Sorting, grouping, ranking, latest of a group: one value in all rows. */
export const ties: Mutation = {
  name: 'ties',
  states: ({ mentions }) =>
    mentions
      .filter(({ table, column }) => !column.generated && !isUnique(table, column.name))
      .map(({ table, column }) => {
        const name = quoteName(column.name);
        const value = `(SELECT m.${name} FROM ${quoteQualified(table)} m WHERE m.${name} IS NOT NULL ORDER BY m.tableoid DESC, m.ctid DESC LIMIT 1)`;
        return {
          name: `${labelOf(table, column)} is the same in all rows`,
          statements: [updateOf(table, column.name, value)],
          column,
        };
      }),
};
