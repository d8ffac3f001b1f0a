import { blocksWrites } from '../lock/mode.ts';
import { lockedRelations } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const missingLockTimeout: LintRule = {
  name: 'missing-lock-timeout',
  summary: 'a strong lock that is waited for without limit makes everybody behind it wait too',

  find({ tree, effect, before, context: { runner } }) {
    if (runner === 'pitstop' || !effect.inTransaction || (before.timeout('lock_timeout') ?? 0) > 0) return [];
    if (!blocksWrites(effect.lock) && effect.indexLock !== 'ACCESS EXCLUSIVE') return [];
    const relations = lockedRelations(tree);
    if (relations.length > 0 && relations.every((relation) => before.isNew(relation))) return [];
    const mode = blocksWrites(effect.lock) ? effect.lock : effect.indexLock;
    return [
      {
        message: `while it waits for ${mode} behind a long transaction, ${effect.blocks === 'writes' ? 'writes' : 'even plain SELECTs'} of the table queue behind it`,
        instead:
          "SET LOCAL lock_timeout = '1s' before it (SET outside a transaction), and try again on 55P03",
      },
    ];
  },
};
