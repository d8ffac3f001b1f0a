import type { LintRule } from '../rule.ts';

export const cluster: LintRule = {
  name: 'cluster',
  summary: '`CLUSTER` rewrites the table under ACCESS EXCLUSIVE',

  find({ tree, before }) {
    if (!('ClusterStmt' in tree) || before.isNew(tree.ClusterStmt.relation)) return [];
    return [
      {
        message: 'ACCESS EXCLUSIVE while the table is written anew with all indexes: reads and writes wait',
        instead: 'an extension that copies online (pg_repack); the order is lost again as rows change',
      },
    ];
  },
};
