import { nodesNamed } from '../../sql/walk.ts';
import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const truncate: LintRule = {
  name: 'truncate',
  summary: '`TRUNCATE` removes all rows under ACCESS EXCLUSIVE',

  find({ tree, before }) {
    if (!('TruncateStmt' in tree)) return [];
    const tables = nodesNamed(tree.TruncateStmt.relations, 'RangeVar').filter(
      (table) => !before.isNew(table),
    );
    if (tables.length === 0) return [];
    const all =
      tree.TruncateStmt.behavior === 'DROP_CASCADE'
        ? ' and on every table that refers to it, which is emptied too'
        : '';
    return [
      {
        message: `ACCESS EXCLUSIVE on ${tables.map(relationName).join(', ')}${all}: reads and writes wait, all rows go`,
        instead: 'DELETE in batches where others work on it; name every table instead of CASCADE',
      },
    ];
  },
};
