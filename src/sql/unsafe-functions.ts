import type { FunctionName } from './probe.ts';

/**
 * Functions that must not run in a probe: a read-only transaction does not stop them (measured on PostgreSQL 18.4,
 * or documented so), they run SQL that the tree does not show, they wait, or they reach outside the database.
 * A `*` stands for any characters.
 */
const UNSAFE = `
  pg_terminate_backend pg_cancel_backend pg_log_backend_memory_contexts pg_log_standby_snapshot
  pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_create_restore_point pg_backup_* pg_wal_replay_*
  pg_logical_* pg_replication_* pg_create_*_slot pg_copy_*_slot pg_drop_replication_slot pg_sync_replication_slots
  pg_export_snapshot pg_stat_reset* pg_stat_statements_reset pg_stat_force_next_flush pg_stat_clear_snapshot
  pg_restore_*_stats pg_clear_*_stats pg_extension_config_dump pg_import_system_collations pg_nextoid
  pg_stop_making_pinned_objects binary_upgrade_* brin_summarize_* brin_desummarize_range gin_clean_pending_list
  pg_prewarm autoprewarm_* pg_buffercache_evict* pg_truncate_visibility_map heap_force_*
  pg_read_file pg_read_binary_file pg_ls_* pg_stat_file pg_current_logfile pg_file_* pg_hba_file_rules
  pg_ident_file_mappings pg_show_all_file_settings
  lo_* lowrite loread
  dblink* postgres_fdw_disconnect* query_to_xml* cursor_to_xml* table_to_xml* schema_to_xml* database_to_xml*
  ts_stat ts_rewrite crosstab* connectby xpath_table
  set_config setseed set_limit setval nextval txid_current pg_current_xact_id currtid2
  pg_advisory_* pg_try_advisory_* pg_notify pg_sleep* pg_isolation_test_session_is_blocked
`;

const PATTERNS = UNSAFE.trim()
  .split(/\s+/)
  .map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));

/** The called functions that must not run in a probe. Extensions live in any schema, so a schema clears no name. */
export function unsafeFunctions(functions: readonly FunctionName[]): string[] {
  return functions
    .filter(({ name }) => PATTERNS.some((pattern) => pattern.test(name)))
    .map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));
}
