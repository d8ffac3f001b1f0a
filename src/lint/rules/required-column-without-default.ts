import { constraintsOf, isSerial } from '../lock/column.ts';
import { addedColumns, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const requiredColumnWithoutDefault: LintRule = {
  name: 'required-column-without-default',
  summary: 'a new NOT NULL column without default fails on a table with rows',

  find({ tree, isInUse }) {
    return addedColumns(tree).flatMap(({ table, column }) => {
      const types = constraintsOf(column).map(({ contype }) => contype);
      const isRequired = types.includes('CONSTR_NOTNULL') || types.includes('CONSTR_PRIMARY');
      const isFilled =
        isSerial(column) ||
        (['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const).some((type) =>
          types.includes(type),
        );
      if (!isRequired || isFilled || !isInUse(table)) return [];
      return [
        {
          message: `fails as soon as ${relationName(table)} has a row, because the new column would hold nulls`,
          instead:
            'add it with a constant default, which writes no row; or nullable, fill it in batches, then NOT NULL by way of NOT VALID and VALIDATE',
        },
      ];
    });
  },
};
