import { addedConstraints, createdConstraints, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const onDeleteCascade: LintRule = {
  name: 'on-delete-cascade',
  summary: '`ON DELETE CASCADE` lets one DELETE remove any number of rows',

  find({ tree }) {
    return [...addedConstraints(tree), ...createdConstraints(tree)].flatMap(
      ({ table, constraint: { contype, fk_del_action } }) =>
        contype === 'CONSTR_FOREIGN' && fk_del_action === 'c'
          ? [
              {
                message: `deleting one referred row deletes all its rows in ${relationName(table)}, in one transaction, and so on from there`,
                instead: 'leave the action out (NO ACTION) and delete the referring rows first, in batches',
              },
            ]
          : [],
    );
  },
};
