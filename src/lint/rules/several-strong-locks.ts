import { relationName } from '../parts.ts';
import { lockedRelations } from '../locked.ts';
import { keyOf } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const severalStrongLocks: LintRule = {
  name: 'several-strong-locks',
  summary: 'strong locks on several tables in one transaction are held together, and can deadlock',

  find({ tree, effect, before }) {
    if (before.inTransaction === false || effect.lock !== 'ACCESS EXCLUSIVE' || before.held.size === 0)
      return [];
    const others = lockedRelations(tree).filter(
      (relation) => !before.isNew(relation) && !before.held.has(keyOf(relation)),
    );
    if (others.length === 0) return [];
    return [
      {
        message: `the transaction, if the text runs in one, waits for ACCESS EXCLUSIVE on ${others.map(relationName).join(', ')} while it holds such a lock on another table: both are blocked, and a deadlock is possible`,
        instead: 'one table in each transaction',
      },
    ];
  },
};
