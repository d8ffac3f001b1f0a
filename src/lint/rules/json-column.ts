import { quoteName } from '../../sql/quote.ts';
import { namesOf } from '../../sql/walk.ts';
import { newColumns } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const jsonColumn: LintRule = {
  name: 'json-column',
  summary: 'the type json has no equality: DISTINCT, GROUP BY and UNION over the row fail',

  find({ tree }) {
    return newColumns(tree).flatMap(({ typeName, colname }) =>
      namesOf(typeName?.names).at(-1) === 'json' && typeName?.arrayBounds === undefined
        ? [
            {
              message: `SELECT DISTINCT, GROUP BY and UNION over ${quoteName(colname ?? '')} fail, because json has no equality operator`,
              instead: 'jsonb, unless the exact text has to be kept',
            },
          ]
        : [],
    );
  },
};
