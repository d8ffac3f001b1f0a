import { addedConstraints, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const exclusionConstraintBuildsIndex: LintRule = {
  name: 'exclusion-constraint-builds-index',
  summary: '`ADD EXCLUDE` builds its index under ACCESS EXCLUSIVE, and there is no way around',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap(({ table, constraint: { contype } }) => {
      if (contype !== 'CONSTR_EXCLUSION' || !isInUse(table)) return [];
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while the index is built: reads and writes wait; it cannot be built concurrently`,
          instead:
            'make a new table with the constraint, copy the rows over in batches, then swap the names; or do it while nobody works',
        },
      ];
    });
  },
};
