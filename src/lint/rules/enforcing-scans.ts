import { quoteName } from '../../sql/quote.ts';
import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const enforcingScans: LintRule = {
  name: 'enforcing-scans',
  summary: '`ALTER CONSTRAINT … ENFORCED` reads the whole table at once under ACCESS EXCLUSIVE',

  find({ tree, before }) {
    return commandsOf(tree).flatMap(({ table, command: { def } }) => {
      if (def === undefined || !('ATAlterConstraint' in def) || before.isNew(table)) return [];
      const { alterEnforceability, is_enforced, conname } = def.ATAlterConstraint;
      if (alterEnforceability !== true || is_enforced !== true) return [];
      const on = `ALTER TABLE ${relationName(table)}`;
      const name = quoteName(conname ?? '');
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)} while all of it is read; there is no NOT VALID for it`,
          instead: `${on} DROP CONSTRAINT ${name}; ${on} ADD CONSTRAINT ${name} FOREIGN KEY … NOT VALID; then, in a later transaction, ${on} VALIDATE CONSTRAINT ${name}`,
        },
      ];
    });
  },
};
