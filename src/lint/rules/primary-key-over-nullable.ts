import { relationOf } from '../facts.ts';
import { hasNotNullKeys } from '../lock/constraint.ts';
import { addedConstraints, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const primaryKeyOverNullable: LintRule = {
  name: 'primary-key-over-nullable',
  summary: '`PRIMARY KEY USING INDEX` over nullable columns reads the whole table under ACCESS EXCLUSIVE',

  find({ tree, before, context: { facts } }) {
    return addedConstraints(tree).flatMap(({ table, constraint }) => {
      const { contype, indexname } = constraint;
      if (contype !== 'CONSTR_PRIMARY' || indexname === undefined || before.isNew(table)) return [];
      const known = relationOf(facts, table);
      if (known?.isEmpty === true || hasNotNullKeys(known, indexname)) return [];
      const are =
        known === undefined
          ? 'where its columns are not NOT NULL, all rows are'
          : 'its columns are not NOT NULL: all rows are';
      return [
        {
          message: `${are} read under ACCESS EXCLUSIVE on ${relationName(table)}: reads and writes wait`,
          instead: `first ALTER TABLE ${relationName(table)} ADD CONSTRAINT … NOT NULL … NOT VALID and, in a later transaction, VALIDATE CONSTRAINT`,
        },
      ];
    });
  },
};
