import { quoteName } from '../../sql/quote.ts';
import { commandsOf } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const dropColumn: LintRule = {
  name: 'drop-column',
  summary: '`DROP COLUMN` breaks whoever still reads the column, and drops indexes and constraints with it',

  find({ tree, before }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, name } }) =>
      subtype === 'AT_DropColumn' && !before.isNew(table)
        ? [
            {
              message: `statements that name ${quoteName(name ?? '')} fail from then on, prepared ones and SELECT * included; indexes and constraints over it go too`,
              instead:
                'first release a version of the program that does not use it; then drop it with a short lock_timeout',
            },
          ]
        : [],
    );
  },
};
