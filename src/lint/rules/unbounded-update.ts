import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const unboundedUpdate: LintRule = {
  name: 'unbounded-update',
  summary: 'an UPDATE of every row locks them all until it is over, and doubles the table',

  find({ tree, isInUse }) {
    if (!('UpdateStmt' in tree)) return [];
    const { relation, whereClause } = tree.UpdateStmt;
    if (whereClause !== undefined || relation === undefined || !isInUse(relation)) return [];
    return [
      {
        message: `every row of ${relationName(relation)} is locked until the transaction ends and written a second time`,
        instead: 'batches by ranges of the key, each in a transaction of its own, with VACUUM in between',
      },
    ];
  },
};
