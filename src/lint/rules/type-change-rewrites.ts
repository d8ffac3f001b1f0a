import { relationOf } from '../facts.ts';
import { changeType } from '../lock/column.ts';
import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const typeChangeRewrites: LintRule = {
  name: 'type-change-rewrites',
  summary: '`ALTER COLUMN TYPE` rewrites the table unless the new type holds the same bytes',

  find({ tree, before, context: { facts } }) {
    return commandsOf(tree).flatMap(({ table, command }) => {
      if (command.subtype !== 'AT_AlterColumnType' || before.isNew(table)) return [];
      const known = relationOf(facts, table);
      const { work } = changeType(command, known);
      if (work === 'none' || known?.isEmpty === true) return [];
      const isKnown = known?.columns.some(({ name }) => name === command.name) === true;
      const does = work === 'scan' ? 'it is read for its constraints' : 'it is written anew with all indexes';
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while ${does}${isKnown ? '' : ', unless the old type holds the same bytes'}: reads and writes wait`,
          instead:
            'add a column of the new type, write both, fill the old rows in batches, switch the readers, drop the old one later. Free are only a longer or unlimited varchar, text from varchar, more digits of numeric at the same scale, more precision of a time',
        },
      ];
    });
  },
};
