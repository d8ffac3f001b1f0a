import { addedConstraints, constraintName, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const checkValidatedAtOnce: LintRule = {
  name: 'check-validated-at-once',
  summary: '`ADD CHECK` reads the whole table under ACCESS EXCLUSIVE',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap((added) => {
      const { table, constraint } = added;
      const { contype, is_enforced, skip_validation } = constraint;
      if (contype !== 'CONSTR_CHECK' || is_enforced !== true || skip_validation === true) return [];
      if (!isInUse(table)) return [];
      const name = constraintName(added, 'check');
      const on = `ALTER TABLE ${relationName(table)}`;
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while all of it is read: reads and writes wait`,
          instead: `${on} ADD CONSTRAINT ${name} CHECK (…) NOT VALID; then, in a later transaction, ${on} VALIDATE CONSTRAINT ${name}`,
        },
      ];
    });
  },
};
