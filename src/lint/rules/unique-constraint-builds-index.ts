import { addedConstraints, columnList, constraintName, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const uniqueConstraintBuildsIndex: LintRule = {
  name: 'unique-constraint-builds-index',
  summary: '`ADD UNIQUE` builds its index under ACCESS EXCLUSIVE',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap((added) => {
      const { table, constraint, columns } = added;
      if (constraint.contype !== 'CONSTR_UNIQUE' || constraint.indexname !== undefined) return [];
      if (!isInUse(table)) return [];
      const name = constraintName(added, 'key');
      const on = relationName(table);
      return [
        {
          message: `ACCESS EXCLUSIVE on ${on} while the index is built: reads and writes wait, and a duplicate undoes it all`,
          instead: `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${on} (${columnList(columns)}); then ALTER TABLE ${on} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${name}`,
        },
      ];
    });
  },
};
