import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const setUnlogged: LintRule = {
  name: 'set-unlogged',
  summary: '`SET UNLOGGED` and `SET LOGGED` rewrite the table; an unlogged one is emptied by a crash',

  find({ tree, before }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype } }) => {
      if ((subtype !== 'AT_SetUnLogged' && subtype !== 'AT_SetLogged') || before.isNew(table)) return [];
      const loses =
        subtype === 'AT_SetUnLogged'
          ? '; from then on a crash empties it, and standbys have nothing of it'
          : '; all of it goes through the log';
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while it is written anew with all indexes${loses}`,
          instead: 'make a new table of the other kind, copy the rows over in batches, swap the names',
        },
      ];
    });
  },
};
