import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const unboundedDelete: LintRule = {
  name: 'unbounded-delete',
  summary: 'a DELETE without a condition removes every row, one by one, in one transaction',

  find({ tree, isInUse }) {
    if (!('DeleteStmt' in tree)) return [];
    const { relation, whereClause } = tree.DeleteStmt;
    if (whereClause !== undefined || relation === undefined || !isInUse(relation)) return [];
    return [
      {
        message: `every row of ${relationName(relation)} goes, and is locked until the transaction ends; the space stays`,
        instead:
          'a condition; for all rows batches by ranges of the key, or TRUNCATE where nobody works on the table',
      },
    ];
  },
};
