/** A name that people ask for and that no PostgreSQL 14 to 18, or not every one, has. */
interface FormerName {
  readonly name: string;
  /** What became of it, or that it never was. */
  readonly why: string;
  readonly instead: readonly string[];
}

const NEVER = 'PostgreSQL has never had it';
const VACUUM_PARALLEL = [
  'VACUUM (PARALLEL n)',
  'max_parallel_maintenance_workers',
  'min_parallel_index_scan_size',
];

/** Names that lists and old files go on spreading. */
export const FORMER_NAMES: readonly FormerName[] = [
  // Of a list that is often copied.
  { name: 'parallel_vacuum_min_workers', why: NEVER, instead: VACUUM_PARALLEL },
  { name: 'parallel_vacuum_max_workers', why: NEVER, instead: VACUUM_PARALLEL },
  {
    name: 'enable_json_path_optimization',
    why: NEVER,
    instead: ['a GIN index with jsonb_path_ops', 'an index on the expression'],
  },

  gone('checkpoint_segments', '9.5', 'max_wal_size', 'min_wal_size'),
  renamed('wal_keep_segments', '13', 'wal_keep_size', 'max_slot_wal_keep_size'),
  gone('vacuum_defer_cleanup_age', '16', 'hot_standby_feedback', 'a replication slot'),
  gone('stats_temp_directory', '15', 'nothing: statistics are in shared memory'),
  gone('promote_trigger_file', '16', 'pg_promote()'),
  renamed('force_parallel_mode', '16', 'debug_parallel_query'),
  gone('lc_collate', '16', 'a collation of database or column'),
  gone('lc_ctype', '16', 'a collation of database or column'),
  gone(
    'old_snapshot_threshold',
    '17',
    'idle_in_transaction_session_timeout',
    'transaction_timeout of single roles',
  ),
  gone('db_user_namespace', '17', 'a role for each database'),
  gone('trace_recovery_messages', '17', 'log_min_messages'),
  renamed('ssl_ecdh_curve', '18', 'ssl_groups'),
  gone('operator_precedence_warning', '14', 'nothing'),
  gone('vacuum_cleanup_index_scale_factor', '14', 'autovacuum_vacuum_insert_scale_factor'),
  gone('standby_mode', '12', 'the file standby.signal'),
  gone('trigger_file', '12', 'pg_promote()'),
  gone('default_with_oids', '12', 'an identity column'),
  gone('replacement_sort_tuples', '11', 'work_mem'),
  gone('sql_inheritance', '10', 'FROM ONLY'),
  renamed('min_parallel_relation_size', '10', 'min_parallel_table_scan_size'),
  renamed('max_parallel_degree', '9.6', 'max_parallel_workers_per_gather'),
  renamed('unix_socket_directory', '9.3', 'unix_socket_directories'),
  renamed('replication_timeout', '9.3', 'wal_sender_timeout'),
  gone('custom_variable_classes', '9.2', 'nothing: any name with a dot will do'),
  gone('max_fsm_pages', '8.4', 'nothing: the map of free space looks after itself'),
  gone('max_fsm_relations', '8.4', 'nothing: the map of free space looks after itself'),
  renamed('sort_mem', '8.0', 'work_mem'),
  renamed('vacuum_mem', '8.0', 'maintenance_work_mem'),

  elsewhere('innodb_buffer_pool_size', 'shared_buffers', 'effective_cache_size'),
  elsewhere('innodb_log_file_size', 'max_wal_size'),
  elsewhere('innodb_flush_log_at_trx_commit', 'wal_compression'),
  elsewhere('innodb_io_capacity', 'effective_io_concurrency', 'autovacuum_vacuum_cost_limit'),
  elsewhere('query_cache_size', 'a materialized view', 'a cache in the program'),
  elsewhere('key_buffer_size', 'shared_buffers'),
  elsewhere('sort_buffer_size', 'work_mem'),
  elsewhere('join_buffer_size', 'work_mem', 'hash_mem_multiplier'),
  elsewhere('tmp_table_size', 'work_mem', 'temp_buffers'),
  elsewhere('thread_cache_size', 'a pooler such as PgBouncer'),
  elsewhere('long_query_time', 'log_min_duration_statement'),
  elsewhere('max_allowed_packet', 'nothing: PostgreSQL has no such limit'),
];

const BY_NAME: ReadonlyMap<string, FormerName> = new Map(FORMER_NAMES.map((one) => [one.name, one]));

export function formerName(name: string): FormerName | null {
  return BY_NAME.get(name) ?? null;
}

function gone(name: string, version: string, ...instead: readonly string[]): FormerName {
  return { name, why: `PostgreSQL ${version} has removed it`, instead };
}

function renamed(name: string, version: string, ...instead: readonly string[]): FormerName {
  return { name, why: `PostgreSQL ${version} has given it another name`, instead };
}

function elsewhere(name: string, ...instead: readonly string[]): FormerName {
  return { name, why: 'that is MySQL’s', instead };
}
