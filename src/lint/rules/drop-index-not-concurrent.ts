import { quoteName } from '../../sql/quote.ts';
import { droppedRelations } from '../names.ts';
import type { LintRule } from '../rule.ts';

export const dropIndexNotConcurrent: LintRule = {
  name: 'drop-index-not-concurrent',
  summary: 'a plain `DROP INDEX` stops reads and writes of its table',

  find({ tree, before }) {
    if (
      !('DropStmt' in tree) ||
      tree.DropStmt.removeType !== 'OBJECT_INDEX' ||
      tree.DropStmt.concurrent === true
    )
      return [];
    return droppedRelations(tree)
      .filter(({ name }) => !before.isNewIndex(name))
      .map(({ schema, name }) => ({
        message:
          'ACCESS EXCLUSIVE on the table of the index: reads and writes wait, also while the statement itself waits for its lock',
        instead: `DROP INDEX CONCURRENTLY ${schema === null ? '' : `${quoteName(schema)}.`}${quoteName(name)}, alone and outside a transaction (not for the index of a partitioned table)`,
      }));
  },
};
