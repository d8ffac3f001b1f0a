import { addedConstraints, columnList, constraintName, referredText, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const foreignKeyValidatedAtOnce: LintRule = {
  name: 'foreign-key-validated-at-once',
  summary: '`ADD FOREIGN KEY` reads both tables while writes to both wait',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap((added) => {
      const { table, constraint, withColumn, columns } = added;
      const { contype, is_enforced, skip_validation, pktable } = constraint;
      if (contype !== 'CONSTR_FOREIGN' || is_enforced !== true || skip_validation === true) return [];
      // A column that is new and has no default holds nothing to check, but the locks are taken.
      if (withColumn || !isInUse(table)) return [];
      const name = constraintName(added, 'fkey');
      const on = `ALTER TABLE ${relationName(table)}`;
      const parent = pktable === undefined ? '…' : relationName(pktable);
      return [
        {
          message: `SHARE ROW EXCLUSIVE on ${relationName(table)} and ${parent} while both are read: writes to both wait`,
          instead: `${on} ADD CONSTRAINT ${name} FOREIGN KEY (${columnList(columns)}) REFERENCES ${referredText(constraint)} NOT VALID; then, in a later transaction, ${on} VALIDATE CONSTRAINT ${name}`,
        },
      ];
    });
  },
};
