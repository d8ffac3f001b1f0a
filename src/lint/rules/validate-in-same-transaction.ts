import { commandsOf, relationName } from '../parts.ts';
import { keyOf } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const validateInSameTransaction: LintRule = {
  name: 'validate-in-same-transaction',
  summary: '`VALIDATE CONSTRAINT` in the transaction that holds a stronger lock scans under that lock',

  find({ tree, before }) {
    if (before.inTransaction === false) return [];
    return commandsOf(tree).flatMap(({ table, command: { subtype, name } }) => {
      if (subtype !== 'AT_ValidateConstraint') return [];
      const added = before.notValid.some(
        ({ table: other, constraint }) => keyOf(other) === keyOf(table) && constraint.conname === name,
      );
      if (before.isNew(table) || (!added && !before.held.has(keyOf(table)))) return [];
      return [
        {
          message: `${relationName(table)} is read while the transaction still holds the lock of the statement before: whoever waits for that, waits for the scan`,
          instead:
            'commit first; VALIDATE CONSTRAINT in a transaction of its own takes SHARE UPDATE EXCLUSIVE only, and reads and writes go on',
        },
      ];
    });
  },
};
