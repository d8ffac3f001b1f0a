import { relationOf } from '../facts.ts';
import { constraintsOf } from '../lock/column.ts';
import { addedColumns, commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const storedColumnRewrites: LintRule = {
  name: 'stored-column-rewrites',
  summary: 'a new stored generated column, or another expression for one, rewrites the table',

  find({ tree, isInUse, context: { facts } }) {
    const added = addedColumns(tree).flatMap(({ table, column }) =>
      constraintsOf(column).some(
        ({ contype, generated_kind }) => contype === 'CONSTR_GENERATED' && generated_kind === 's',
      )
        ? [table]
        : [],
    );
    const changed = commandsOf(tree).flatMap(({ table, command: { subtype, name } }) => {
      const column = relationOf(facts, table)?.columns.find((one) => one.name === name);
      return subtype === 'AT_SetExpression' && column?.generated !== 'virtual' ? [table] : [];
    });
    return [...added, ...changed]
      .filter((table) => isInUse(table))
      .map((table) => ({
        message: `ACCESS EXCLUSIVE on ${relationName(table)} while it is written anew with all indexes: reads and writes wait`,
        instead:
          'GENERATED ALWAYS AS (…) VIRTUAL writes nothing (but takes no index, no unique constraint, no statistics); else an ordinary column, a trigger, and old rows filled in batches',
      }));
  },
};
