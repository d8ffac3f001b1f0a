import { quoteName } from '../../sql/quote.ts';
import { addedConstraints, columnList, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const primaryKeyBuildsIndex: LintRule = {
  name: 'primary-key-builds-index',
  summary: '`ADD PRIMARY KEY` builds its index under ACCESS EXCLUSIVE',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap(({ table, constraint, columns }) => {
      if (constraint.contype !== 'CONSTR_PRIMARY' || constraint.indexname !== undefined) return [];
      if (!isInUse(table)) return [];
      const on = relationName(table);
      const name = quoteName(constraint.conname ?? `${table.relname ?? ''}_pkey`);
      return [
        {
          message: `ACCESS EXCLUSIVE on ${on} while the index is built, and all rows are read for nulls: reads and writes wait`,
          instead: `make the columns NOT NULL first (ADD CONSTRAINT … NOT NULL … NOT VALID, then VALIDATE); CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${on} (${columnList(columns)}); then ALTER TABLE ${on} ADD CONSTRAINT ${name} PRIMARY KEY USING INDEX ${name}`,
        },
      ];
    });
  },
};
