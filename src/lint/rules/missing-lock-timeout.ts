import { blocksWrites } from '../lock/mode.ts';
import { lockedRelations, referredRelations } from '../locked.ts';
import { keyOf } from '../situation.ts';
import type { Node } from '@pgsql/types';
import type { Relation } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const missingLockTimeout: LintRule = {
  name: 'missing-lock-timeout',
  summary: 'a strong lock that is waited for without limit makes everybody behind it wait too',

  find({ tree, effect, before, context: { runner } }) {
    if (runner === 'pitstop' || !effect.inTransaction || (before.timeout('lock_timeout') ?? 0) > 0) return [];
    if (!blocksWrites(effect.lock) && effect.indexLock !== 'ACCESS EXCLUSIVE') return [];
    const relations = [...lockedRelations(tree), ...referredRelations(tree)];
    if (
      relations.length > 0 &&
      relations.every((relation) => before.isNew(relation) || isItself(relation, tree))
    )
      return [];
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

/** A table that refers to itself and is only being created. */
function isItself(relation: Relation, tree: Node): boolean {
  const created = 'CreateStmt' in tree ? tree.CreateStmt.relation : undefined;
  return created !== undefined && keyOf(created) === keyOf(relation);
}
