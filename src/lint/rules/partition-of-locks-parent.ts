import { nodesNamed } from '../../sql/walk.ts';
import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const partitionOfLocksParent: LintRule = {
  name: 'partition-of-locks-parent',
  summary: '`CREATE TABLE … PARTITION OF` stops reads and writes of the parent',

  find({ tree, before }) {
    if (!('CreateStmt' in tree) || tree.CreateStmt.partbound === undefined) return [];
    const { relation, inhRelations, partbound } = tree.CreateStmt;
    const [parent] = nodesNamed(inhRelations, 'RangeVar');
    if (relation === undefined || parent === undefined || before.isNew(parent)) return [];
    const name = relationName(relation);
    const bound = partbound.is_default === true ? 'DEFAULT' : 'FOR VALUES …';
    return [
      {
        message: `ACCESS EXCLUSIVE on ${relationName(parent)}: reads and writes of all partitions wait`,
        instead: `CREATE TABLE ${name} (LIKE ${relationName(parent)} INCLUDING ALL); then ALTER TABLE ${relationName(parent)} ATTACH PARTITION ${name} ${bound}: SHARE UPDATE EXCLUSIVE on the parent`,
      },
    ];
  },
};
