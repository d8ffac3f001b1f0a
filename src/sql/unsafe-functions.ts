import type { FunctionName } from './probe.ts';

/**
 * Functions that nobody may have called for them: they run SQL that the tree does not show, reach files or other
 * servers, or take settings and locks out of the runner's hands. A `*` stands for any characters.
 */
const FORBIDDEN = `
  pg_read_file pg_read_binary_file pg_ls_* pg_logdir_ls pg_stat_file pg_file_* lo_import lo_export
  dblink* query_to_xml* ts_stat ts_rewrite crosstab* connectby xpath_table
  set_config pg_advisory_unlock* binary_upgrade_* pg_stop_making_pinned_objects
`;

/**
 * Further functions that must not run in a probe: a read-only transaction does not stop them (measured on PostgreSQL
 * 18.4, or documented so), they wait, or they reach outside the database.
 */
const UNSAFE = `
  pg_terminate_backend pg_cancel_backend pg_log_backend_memory_contexts pg_log_standby_snapshot
  pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_create_restore_point pg_backup_* pg_wal_replay_*
  pg_logical_* pg_replication_* pg_create_*_slot pg_copy_*_slot pg_drop_replication_slot pg_sync_replication_slots
  pg_export_snapshot pg_stat_reset* pg_stat_statements_reset pg_stat_force_next_flush pg_stat_clear_snapshot
  pg_restore_*_stats pg_clear_*_stats pg_extension_config_dump pg_import_system_collations pg_nextoid
  amvalidate plpgsql_validator
  brin_summarize_* brin_desummarize_range gin_clean_pending_list
  pg_prewarm autoprewarm_* pg_buffercache_evict* pg_truncate_visibility_map heap_force_*
  pg_current_logfile pg_hba_file_rules pg_ident_file_mappings pg_show_all_file_settings
  lo_close lo_creat lo_create lo_from_bytea lo_get lo_lseek* lo_manage lo_open lo_put lo_tell* lo_truncate* lo_unlink
  lowrite loread
  postgres_fdw_disconnect* cursor_to_xml* table_to_xml* schema_to_xml* database_to_xml*
  setseed set_limit setval nextval txid_current pg_current_xact_id currtid2
  pg_advisory_* pg_try_advisory_* pg_notify pg_sleep* pg_isolation_test_session_is_blocked
`;

const FORBIDDEN_NAME = anyOf(FORBIDDEN);
const UNSAFE_NAME = anyOf(FORBIDDEN + UNSAFE);

/** Whether a call is refused whatever anybody approves. Extensions live in any schema, so a schema clears no name. */
export function isForbidden({ name }: FunctionName): boolean {
  return FORBIDDEN_NAME.test(name);
}

/** Whether a call must not happen in a probe; a schema clears no name here either. */
export function isUnsafe({ name }: FunctionName): boolean {
  return UNSAFE_NAME.test(name);
}

/** What of them does nothing outside of its database, and nothing there that a rollback or a sequence does not show. */
const STAYING = new Set([
  'nextval',
  'setval',
  'pg_notify',
  'txid_current',
  'pg_current_xact_id',
  'pg_advisory_xact_lock',
  'pg_try_advisory_xact_lock',
]);

/** Whether a call may do something outside of the database that it runs in, or something that waits or stays. */
export function reachesOut(called: FunctionName): boolean {
  return isUnsafe(called) && !STAYING.has(called.name);
}

/** The called functions that must not run in a probe. */
export function unsafeFunctions(functions: readonly FunctionName[]): string[] {
  return functions.filter(isUnsafe).map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));
}

function anyOf(patterns: string): RegExp {
  const alternatives = patterns.trim().split(/\s+/).join('|').replaceAll('*', '.*');
  return new RegExp(`^(?:${alternatives})$`);
}
