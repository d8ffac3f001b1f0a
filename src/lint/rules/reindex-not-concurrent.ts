import { isOn } from '../lock/options.ts';
import type { LintRule } from '../rule.ts';

export const reindexNotConcurrent: LintRule = {
  name: 'reindex-not-concurrent',
  summary: '`REINDEX` without `CONCURRENTLY` blocks writes, and queries that plan with the index',

  find({ tree, before }) {
    if (
      !('ReindexStmt' in tree) ||
      isOn(tree.ReindexStmt.params, 'concurrently') ||
      before.isNew(tree.ReindexStmt.relation)
    )
      return [];
    if (tree.ReindexStmt.kind === 'REINDEX_OBJECT_SYSTEM') return [];
    return [
      {
        message:
          'SHARE on the table and ACCESS EXCLUSIVE on each index: writes wait, and so do queries, because planning opens every index',
        instead:
          'REINDEX … CONCURRENTLY, alone and outside a transaction; after a failure drop the invalid index whose name ends in _ccnew or _ccold',
      },
    ];
  },
};
