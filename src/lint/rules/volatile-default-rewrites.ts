import { quoteName } from '../../sql/quote.ts';
import { constraintsOf } from '../lock/column.ts';
import { isVolatile } from '../lock/default.ts';
import { addedColumns, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const volatileDefaultRewrites: LintRule = {
  name: 'volatile-default-rewrites',
  summary: 'a new column with a volatile default rewrites the table',

  find({ tree, isInUse }) {
    return addedColumns(tree).flatMap(({ table, column }) => {
      const standard = constraintsOf(column).find(({ contype }) => contype === 'CONSTR_DEFAULT');
      if (standard === undefined || !isVolatile(standard.raw_expr)) return [];
      if (!isInUse(table)) return [];
      const on = `ALTER TABLE ${relationName(table)}`;
      const name = quoteName(column.colname ?? '');
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while it is written anew with all indexes: the default gives every row a value of its own, as far as is known`,
          instead: `${on} ADD COLUMN ${name} without default; ${on} ALTER COLUMN ${name} SET DEFAULT …; fill the old rows in batches; then NOT NULL by way of NOT VALID and VALIDATE`,
        },
      ];
    });
  },
};
