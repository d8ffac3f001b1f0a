import { quoteName } from '../../sql/quote.ts';
import { namesOf } from '../../sql/walk.ts';
import { newColumns } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const timestampWithoutTimeZone: LintRule = {
  name: 'timestamp-without-time-zone',
  summary: 'a timestamp without time zone means another moment in each session’s time zone',

  find({ tree }) {
    return newColumns(tree).flatMap(({ typeName, colname }) =>
      namesOf(typeName?.names).at(-1) === 'timestamp'
        ? [
            {
              message: `${quoteName(colname ?? '')} does not say which moment it means; changing its type later rewrites the table, unless the time zone is UTC`,
              instead: `${quoteName(colname ?? '')} timestamptz: as large, and one moment for all`,
            },
          ]
        : [],
    );
  },
};
