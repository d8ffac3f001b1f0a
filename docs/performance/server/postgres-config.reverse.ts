/**
 * What was set before; null is the default of PostgreSQL 18.
 */
export const postgresConfigBefore = {
  shared_buffers: '128MB',
  effective_cache_size: null,
  work_mem: null,
  maintenance_work_mem: null,
  autovacuum_work_mem: null,
  vacuum_buffer_usage_limit: null,
  max_connections: '100',
  reserved_connections: null,
  idle_in_transaction_session_timeout: null,
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  checkpoint_timeout: null,
  wal_compression: null,
  random_page_cost: null,
  effective_io_concurrency: null,
  maintenance_io_concurrency: null,
  max_parallel_workers: null,
  autovacuum_vacuum_cost_limit: null,
  autovacuum_vacuum_scale_factor: null,
  autovacuum_analyze_scale_factor: null,
  autovacuum_naptime: null,
  log_min_duration_statement: null,
  log_lock_waits: null,
  log_temp_files: null,
  log_autovacuum_min_duration: null,
  track_io_timing: null,
  track_wal_io_timing: null,
  shared_preload_libraries: null,
} as const;

export type PostgresConfigBefore = typeof postgresConfigBefore;
