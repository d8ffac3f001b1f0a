import { isOn } from '../lock/options.ts';
import type { LintRule } from '../rule.ts';

export const vacuumFull: LintRule = {
  name: 'vacuum-full',
  summary: '`VACUUM FULL` rewrites the table under ACCESS EXCLUSIVE',

  find({ tree }) {
    if (
      !('VacuumStmt' in tree) ||
      tree.VacuumStmt.is_vacuumcmd !== true ||
      !isOn(tree.VacuumStmt.options, 'full')
    )
      return [];
    return [
      {
        message:
          'ACCESS EXCLUSIVE while the table is written anew with all indexes: reads and writes wait, and disk space for a second copy is needed',
        instead:
          'VACUUM without FULL makes the space usable again; to give it back to the disk, an extension that copies online (pg_repack, pg_squeeze)',
      },
    ];
  },
};
