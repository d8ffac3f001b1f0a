import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const detachNotConcurrent: LintRule = {
  name: 'detach-not-concurrent',
  summary: '`DETACH PARTITION` stops reads and writes of the parent',

  find({ tree, before }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, def } }) => {
      if (subtype !== 'AT_DetachPartition' || def === undefined || !('PartitionCmd' in def)) return [];
      const { concurrent, name } = def.PartitionCmd;
      if (concurrent === true || name === undefined || before.isNew(table)) return [];
      return [
        {
          message: `ACCESS EXCLUSIVE on ${relationName(table)}: reads and writes of all partitions wait`,
          instead: `ALTER TABLE ${relationName(table)} DETACH PARTITION ${relationName(name)} CONCURRENTLY, alone and outside a transaction (not where there is a default partition); when it was interrupted, DETACH PARTITION ${relationName(name)} FINALIZE`,
        },
      ];
    });
  },
};
