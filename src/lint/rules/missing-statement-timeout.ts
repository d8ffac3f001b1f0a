import { blocksWrites } from '../lock/mode.ts';
import { lockedRelations } from '../locked.ts';
import type { Relation } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const missingStatementTimeout: LintRule = {
  name: 'missing-statement-timeout',
  summary: 'a scan or rewrite under a blocking lock has no limit in time',

  find({ tree, effect, before, isInUse, context: { runner } }) {
    if (runner === 'pitstop' || !effect.inTransaction || !blocksWrites(effect.lock)) return [];
    if (effect.work !== 'scan' && effect.work !== 'rewrite') return [];
    if ((before.timeout('statement_timeout') ?? 0) > 0 || (before.timeout('transaction_timeout') ?? 0) > 0)
      return [];
    const relations = lockedRelations(tree);
    const isNobodys = (relation: Relation) => !isInUse(relation);
    if (relations.length > 0 && relations.every(isNobodys)) return [];
    return [
      {
        message: `${effect.lock} is held for as long as the ${effect.work} takes, and nothing ends it: ${effect.blocks} wait`,
        instead:
          'SET LOCAL statement_timeout to what others can bear; better the form that neither scans nor rewrites under the lock',
      },
    ];
  },
};
