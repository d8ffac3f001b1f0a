import { quoteName } from '../../sql/quote.ts';
import { relationOf, type LintRelation } from '../facts.ts';
import { commandsOf, relationName, type Relation } from '../parts.ts';
import { keyOf, type Situation } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const setNotNullOverNotValid: LintRule = {
  name: 'set-not-null-over-not-valid',
  summary:
    '`SET NOT NULL` on a column whose NOT NULL constraint is NOT VALID reads the table under the strongest lock',

  find({ tree, before, context: { facts } }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, name } }) => {
      if (
        subtype !== 'AT_SetNotNull' ||
        name === undefined ||
        !isNotValid(name, table, before, relationOf(facts, table))
      )
        return [];
      return [
        {
          message: `the NOT NULL constraint of ${quoteName(name)} is there, NOT VALID: this reads all of ${relationName(table)} under ACCESS EXCLUSIVE`,
          instead: `ALTER TABLE ${relationName(table)} VALIDATE CONSTRAINT …, in a transaction of its own: SHARE UPDATE EXCLUSIVE, reads and writes go on`,
        },
      ];
    });
  },
};

/** Whether the column's NOT NULL constraint waits to be validated, by the catalog or by what the text did before. */
export function isNotValid(
  column: string,
  table: Relation,
  before: Situation,
  known: LintRelation | undefined,
): boolean {
  const inCatalog = (known?.constraints ?? []).some(
    ({ type, columns, validated }) => type === 'not-null' && !validated && columns.includes(column),
  );
  return (
    inCatalog ||
    before.notValid.some(
      ({ table: other, constraint: { contype }, columns }) =>
        contype === 'CONSTR_NOTNULL' && keyOf(other) === keyOf(table) && columns.includes(column),
    )
  );
}
