import { blocksWrites } from '../lock/mode.ts';
import { relationName } from '../parts.ts';
import { lockedRelations } from '../locked.ts';
import type { LintRule } from '../rule.ts';

export const explicitLock: LintRule = {
  name: 'explicit-lock',
  summary: '`LOCK TABLE` keeps others out until the transaction ends',

  find({ tree, effect, before }) {
    if (!('LockStmt' in tree) || !blocksWrites(effect.lock)) return [];
    const tables = lockedRelations(tree).filter((table) => !before.isNew(table));
    return tables.length === 0
      ? []
      : [
          {
            message: `${effect.lock} on ${tables.map(relationName).join(', ')} until the transaction ends: ${effect.blocks} wait`,
            instead:
              'leave it out: each statement takes the lock that it needs; or a weaker mode, with NOWAIT or a lock_timeout',
          },
        ];
  },
};
