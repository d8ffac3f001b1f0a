import { quoteName } from '../../sql/quote.ts';
import { relationOf } from '../facts.ts';
import { droppedRelations } from '../names.ts';
import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const concurrentlyOnPartitioned: LintRule = {
  name: 'concurrently-on-partitioned',
  summary: 'indexes of partitioned tables cannot be built or dropped concurrently',

  find({ tree, before, context: { facts } }) {
    if ('IndexStmt' in tree) {
      const { concurrent, relation } = tree.IndexStmt;
      const isParent =
        before.isNewPartitioned(relation) || relationOf(facts, relation)?.kind === 'partitioned-table';
      if (concurrent !== true || relation === undefined || !isParent) return [];
      const table = relationName(relation);
      return [
        {
          message: `the server rejects it (0A000): ${table} is partitioned`,
          instead: `CREATE INDEX … ON ONLY ${table} (…); CREATE INDEX CONCURRENTLY on each partition; ALTER INDEX … ATTACH PARTITION for each`,
        },
      ];
    }
    if (!('DropStmt' in tree) || tree.DropStmt.concurrent !== true) return [];
    return droppedRelations(tree)
      .filter(
        ({ schema, name }) =>
          relationOf(facts, { ...(schema === null ? {} : { schemaname: schema }), relname: name })?.kind ===
          'partitioned-index',
      )
      .map(({ name }) => ({
        message: `the server rejects it (0A000): ${quoteName(name)} is the index of a partitioned table`,
        instead:
          'DROP INDEX without CONCURRENTLY, with a short lock_timeout: ACCESS EXCLUSIVE on the parent and all partitions',
      }));
  },
};
