import { addedConstraints, columnList, constraintName, referredText, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const foreignKeyWithNewColumn: LintRule = {
  name: 'foreign-key-with-new-column',
  summary:
    'a new column with `REFERENCES` takes the strongest lock on its table and blocks writes to the other',

  find({ tree, isInUse }) {
    return addedConstraints(tree).flatMap((added) => {
      const { table, constraint, withColumn, columns } = added;
      const { contype, pktable } = constraint;
      if (contype !== 'CONSTR_FOREIGN' || !withColumn || !isInUse(table)) return [];
      const on = `ALTER TABLE ${relationName(table)}`;
      const parent = pktable === undefined ? '…' : relationName(pktable);
      const name = constraintName(added, 'fkey');
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} and SHARE ROW EXCLUSIVE on ${parent} together: one waits while the other is held`,
          instead: `${on} ADD COLUMN alone; then ${on} ADD CONSTRAINT ${name} FOREIGN KEY (${columnList(columns)}) REFERENCES ${referredText(constraint)} NOT VALID; then VALIDATE CONSTRAINT ${name} in a later transaction`,
        },
      ];
    });
  },
};
