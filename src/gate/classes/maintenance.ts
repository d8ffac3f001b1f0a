import type { FieldsOf } from '../../sql/walk.ts';
import { as, type Classified, type Rules } from './class.ts';
import { isOn, optionsOf } from './option.ts';

/** VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, LOCK. */
export const maintenance: Rules = {
  VacuumStmt: vacuum,
  ReindexStmt: reindex,
  ClusterStmt: () => as('rewrite', 'CLUSTER rewrites the table and blocks everybody meanwhile'),
  RefreshMatViewStmt: ({ concurrent, skipData }) => {
    if (skipData === true) return as('destructive', 'REFRESH … WITH NO DATA empties the materialized view');
    return concurrent === true
      ? as('maintenance', 'refreshes a materialized view while it is read')
      : as('locking', 'REFRESH without CONCURRENTLY blocks readers of the materialized view');
  },
  LockStmt: () => as('locking', 'LOCK blocks other sessions'),
  CheckPointStmt: () => as('locking', 'CHECKPOINT makes the server write everything at once'),
};

const VACUUM_OPTIONS = new Set(
  `full freeze verbose analyze disable_page_skipping skip_locked index_cleanup process_main process_toast truncate
   parallel skip_database_stats only_database_stats buffer_usage_limit`.split(/\s+/),
);

function vacuum({ options, is_vacuumcmd: isVacuum }: FieldsOf<'VacuumStmt'>): Classified {
  const strange = optionsOf(options).find(({ defname }) => !VACUUM_OPTIONS.has(defname ?? ''));
  if (strange !== undefined) return as('opaque', `the option ${strange.defname ?? ''} is not known`);
  // For ANALYZE the flag is missing rather than false.
  if (isVacuum !== true) return as('maintenance', 'refreshes planner statistics');
  return isOn(options, 'full') === false
    ? as('maintenance', 'removes dead rows')
    : as('rewrite', 'VACUUM FULL rewrites the table and blocks everybody meanwhile');
}

function reindex({ kind, params }: FieldsOf<'ReindexStmt'>): Classified {
  if (kind !== 'REINDEX_OBJECT_INDEX' && kind !== 'REINDEX_OBJECT_TABLE')
    return as('locking', 'rebuilds every index of a schema or database');
  if (optionsOf(params).some(({ defname }) => !['concurrently', 'verbose'].includes(defname ?? '')))
    return as('rewrite', 'moves the index');
  return isOn(params, 'concurrently') === true
    ? as('maintenance', 'rebuilds indexes while the table is used')
    : as('locking', 'REINDEX without CONCURRENTLY blocks writers, and readers of the index');
}
