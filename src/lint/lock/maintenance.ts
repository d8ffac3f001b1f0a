import { relationOf } from '../facts.ts';
import { effect, type Family } from './effect.ts';
import { isOn } from './options.ts';

/** VACUUM, ANALYZE, CLUSTER, REFRESH, statistics. */
export const MAINTENANCE_STATEMENTS: Family = {
  VacuumStmt({ is_vacuumcmd, options }) {
    // For ANALYZE the flag is missing rather than false.
    if (is_vacuumcmd !== true) return effect('SHARE UPDATE EXCLUSIVE', { work: 'sample' });
    return isOn(options, 'full')
      ? effect('ACCESS EXCLUSIVE', { work: 'rewrite', inTransaction: false })
      : effect('SHARE UPDATE EXCLUSIVE', { work: 'scan', inTransaction: false });
  },

  ClusterStmt({ relation }, facts) {
    const isSeveral = relation === undefined || relationOf(facts, relation)?.kind === 'partitioned-table';
    return effect('ACCESS EXCLUSIVE', { work: 'rewrite', inTransaction: !isSeveral });
  },

  RefreshMatViewStmt: ({ concurrent }) =>
    concurrent === true
      ? effect('EXCLUSIVE', { work: 'scan', note: 'the materialized view can be read meanwhile' })
      : effect('ACCESS EXCLUSIVE', { work: 'rewrite' }),

  CreateStatsStmt: () => effect('SHARE UPDATE EXCLUSIVE'),
};
