import { quoteName } from '../../sql/quote.ts';
import { droppedRelations } from '../names.ts';
import type { LintRule } from '../rule.ts';

export const dropTable: LintRule = {
  name: 'drop-table',
  summary: '`DROP TABLE` cannot be undone, and also locks what belongs to the table',

  find({ tree, before }) {
    if (!('DropStmt' in tree) || tree.DropStmt.removeType !== 'OBJECT_TABLE') return [];
    return droppedRelations(tree)
      .filter(
        ({ schema, name }) =>
          !before.isNew({ ...(schema === null ? {} : { schemaname: schema }), relname: name }),
      )
      .map(({ name }) => ({
        message: `ACCESS EXCLUSIVE on ${quoteName(name)}, on the parent of a partition and on the other side of its foreign keys; the rows are gone`,
        instead: `rename it to ${quoteName(`${name}_old`)} first, see that nobody misses it, drop it later; detach a partition first`,
      }));
  },
};
