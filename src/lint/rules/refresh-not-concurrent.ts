import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const refreshNotConcurrent: LintRule = {
  name: 'refresh-not-concurrent',
  summary: '`REFRESH MATERIALIZED VIEW` stops its readers',

  find({ tree, before }) {
    if (!('RefreshMatViewStmt' in tree)) return [];
    const { concurrent, relation, skipData } = tree.RefreshMatViewStmt;
    if (concurrent === true || skipData === true || relation === undefined || before.isNew(relation))
      return [];
    return [
      {
        message: `ACCESS EXCLUSIVE on ${relationName(relation)} while its query runs: its readers wait`,
        instead: `REFRESH MATERIALIZED VIEW CONCURRENTLY ${relationName(relation)}, which needs a unique index over columns that covers all rows`,
      },
    ];
  },
};
