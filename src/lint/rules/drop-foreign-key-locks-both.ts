import { relationOf } from '../facts.ts';
import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const dropForeignKeyLocksBoth: LintRule = {
  name: 'drop-foreign-key-locks-both',
  summary: 'dropping a foreign key stops reads and writes of both tables',

  find({ tree, before, context: { facts } }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, name } }) => {
      if (subtype !== 'AT_DropConstraint' || before.isNew(table)) return [];
      const known = relationOf(facts, table)?.constraints.find((constraint) => constraint.name === name);
      if (known !== undefined ? known.type !== 'foreign-key' : !/fk/i.test(name ?? '')) return [];
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} and on the table that the foreign key refers to: reads and writes of both wait`,
          instead:
            "alone in its transaction, after SET LOCAL lock_timeout = '1s', tried again until it gets both locks",
        },
      ];
    });
  },
};
