import { quoteName } from '../../sql/quote.ts';
import { relationOf } from '../facts.ts';
import { constraintsOf } from '../lock/column.ts';
import { addedColumns, addedConstraints, commandsOf, relationName } from '../parts.ts';
import type { FieldsOf } from '../../sql/walk.ts';
import { isNotValid } from './set-not-null-over-not-valid.ts';
import type { LintRule } from '../rule.ts';

export const notNullScan: LintRule = {
  name: 'not-null-scan',
  summary: '`SET NOT NULL` reads the whole table under ACCESS EXCLUSIVE',

  find({ tree, before, context: { facts } }) {
    const set = commandsOf(tree).flatMap(({ table, command: { subtype, name } }) =>
      subtype === 'AT_SetNotNull' && name !== undefined && !before.isNew(table)
        ? [{ table, column: name }]
        : [],
    );
    const added = addedConstraints(tree).flatMap(
      ({ table, constraint, columns: [column = ''], withColumn }) =>
        constraint.contype === 'CONSTR_NOTNULL' &&
        constraint.skip_validation !== true &&
        !withColumn &&
        !before.isNew(table)
          ? [{ table, column }]
          : [],
    );
    const virtual = addedColumns(tree).flatMap(({ table, column }) =>
      isVirtual(column) && isNotNull(column) && !before.isNew(table)
        ? [{ table, column: column.colname ?? '' }]
        : [],
    );
    return [...set, ...added, ...virtual].flatMap(({ table, column }) => {
      const known = relationOf(facts, table);
      const found = known?.columns.find(({ name }) => name === column);
      if (known?.isEmpty === true || found?.notNull === true || found?.provenNotNull === true) return [];
      // That is another finding.
      if (isNotValid(column, table, before, known)) return [];
      const name = quoteName(`${table.relname ?? ''}_${column}_not_null`);
      const on = `ALTER TABLE ${relationName(table)}`;
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while all of it is read: reads and writes wait`,
          instead: `${on} ADD CONSTRAINT ${name} NOT NULL ${quoteName(column)} NOT VALID; then, in a later transaction, ${on} VALIDATE CONSTRAINT ${name}`,
        },
      ];
    });
  },
};

function isVirtual(column: FieldsOf<'ColumnDef'>): boolean {
  return constraintsOf(column).some(
    ({ contype, generated_kind }) => contype === 'CONSTR_GENERATED' && generated_kind === 'v',
  );
}

function isNotNull(column: FieldsOf<'ColumnDef'>): boolean {
  return constraintsOf(column).some(({ contype }) => contype === 'CONSTR_NOTNULL');
}
