import { commandsOf, relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const storageMoveRewrites: LintRule = {
  name: 'storage-move-rewrites',
  summary: 'another tablespace or access method copies the table under ACCESS EXCLUSIVE',

  find({ tree, before }) {
    const moves = commandsOf(tree).flatMap(({ table, command: { subtype } }) =>
      (subtype === 'AT_SetTableSpace' || subtype === 'AT_SetAccessMethod') && !before.isNew(table)
        ? [relationName(table)]
        : [],
    );
    return [...moves, ...('AlterTableMoveAllStmt' in tree ? ['every table of the tablespace'] : [])].map(
      (name) => ({
        message: `ACCESS EXCLUSIVE on ${name} while its files are copied: reads and writes wait`,
        instead:
          'an extension that copies online (pg_repack --tablespace); or a new table there, filled in batches, and names swapped',
      }),
    );
  },
};
