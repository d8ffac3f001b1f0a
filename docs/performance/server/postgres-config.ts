/**
 * PostgreSQL 18 with 8 GB of memory, 4 cores, ssd, web.
 * Memory: 4.71 GB expected (at most 6.4 GB), 7.95 GB under stress (at most 8 GB).
 */
export const postgresConfig = {
  /** A quarter of 8 GB. Needs a restart. Was 128MB. By rule, not measured. */
  shared_buffers: '2GB',
  /** 0.75 of 8 GB may hold pages of the data. Needs a reload; can be tried in a session. Was 4GB. By rule, not measured. */
  effective_cache_size: '6GB',
  /** For 16 active of 105 sessions and 4 parallel workers with 1.5 sorts or hash tables each. Needs a reload; can be tried in a session. Was 4MB. Measured: temporary bytes for each transaction fall from 159 kB to 0 kB, with the built-in mix. */
  work_mem: '21MB',
  /** A sixteenth of 8 GB. Needs a reload; can be tried in a session. Was 64MB. By rule, not measured. */
  maintenance_work_mem: '512MB',
  /** So that 3 workers together take no more than a sixteenth of 8 GB. Needs a reload. Was -1. By rule, not measured. */
  autovacuum_work_mem: '128MB',
  /** Room for vacuum before it has to write pages out. Needs a reload; can be tried in a session. Was 2MB. By rule, not measured. */
  vacuum_buffer_usage_limit: '16MB',
  /** 100 sessions and 5 reserved ones. Needs a restart. Was 100. By rule, not measured. */
  max_connections: '105',
  /** For monitoring and pools’ maintenance: roles with pg_use_reserved_connections. Needs a restart. Was 0. By rule, not measured. */
  reserved_connections: '2',
  /** A forgotten transaction keeps its locks, and rows from vacuum. Needs a reload; can be tried in a session. Was 0. By rule, not measured. */
  idle_in_transaction_session_timeout: '5min',
  /** So that time, not the size of the log, starts checkpoints. Needs a reload. Was 1GB. By rule, not measured. */
  max_wal_size: '4GB',
  /** A quarter of max_wal_size = 4 GB. Needs a reload. Was 80MB. By rule, not measured. */
  min_wal_size: '1GB',
  /** Full pages are logged once in 15 minutes, not in 5. Needs a reload. Was 5min. By rule, not measured. */
  checkpoint_timeout: '15min',
  /** Full pages in the log are compressed, in the fastest way that this server was built with. Needs a reload; can be tried in a session. Was off. Measured: bytes of log for each transaction fall from 9.73 kB to 4.36 kB, with the built-in mix. */
  wal_compression: 'pglz',
  /** For a solid-state drive; less than the default, which is for a disk that turns. Needs a reload; can be tried in a session. Was 4. Measured: blocks touched for each transaction rise from 54.9 to 644 together with work_mem, with the built-in mix. */
  random_page_cost: '1.1',
  /** Reads at the same time that a solid-state drive answers. Needs a reload; can be tried in a session. Was 16. By rule, not measured. */
  effective_io_concurrency: '64',
  /** Reads at the same time that a solid-state drive answers. Needs a reload; can be tried in a session. Was 16. By rule, not measured. */
  maintenance_io_concurrency: '64',
  /** For 4 cores; less than the default, since each may take work_mem, and cores and memory do not reach for more. Needs a reload; can be tried in a session. Was 8. By rule, not measured. */
  max_parallel_workers: '4',
  /** A solid-state drive can write more than the 39 MB a second of the default. Needs a reload. Was -1. By rule, not measured. */
  autovacuum_vacuum_cost_limit: '1000',
  /** After 10 % of the rows are dead; less than the default, which leaves more dead rows behind. Needs a reload. Was 0.2. By rule, not measured. */
  autovacuum_vacuum_scale_factor: '0.1',
  /** After 5 % of the rows have changed; less than the default, which leaves more dead rows behind. Needs a reload. Was 0.1. By rule, not measured. */
  autovacuum_analyze_scale_factor: '0.05',
  /** Small tables that change all the time are looked at more often; less than the default, which leaves more dead rows behind. Needs a reload. Was 1min. By rule, not measured. */
  autovacuum_naptime: '30s',
  /** Slow statements leave a trace, with their texts and values. Needs a reload; can be tried in a session. Was -1. By rule, not measured. */
  log_min_duration_statement: '500ms',
  /** A session that waits for a lock for longer than deadlock_timeout leaves a trace. Needs a reload; can be tried in a session. Was off. By rule, not measured. */
  log_lock_waits: 'on',
  /** What does not fit into work_mem leaves a trace. Needs a reload; can be tried in a session. Was -1. By rule, not measured. */
  log_temp_files: '10MB',
  /** A vacuum of more than 10 s leaves a trace; less than the default, which shows hardly any. Needs a reload. Was 10min. By rule, not measured. */
  log_autovacuum_min_duration: '10s',
  /** Plans and statistics say how long reading took; pg_test_timing says what the clock costs. Needs a reload; can be tried in a session. Was off. By rule, not measured. */
  track_io_timing: 'on',
  /** Statistics say how long writing and syncing the log took. Needs a reload; can be tried in a session. Was off. By rule, not measured. */
  track_wal_io_timing: 'on',
  /** Counts what the database spends its time on; needs CREATE EXTENSION afterwards. Needs a restart. Was empty. By rule, not measured. */
  shared_preload_libraries: 'pg_stat_statements',
} as const;

export type PostgresConfig = typeof postgresConfig;
