/**
 * Settings that a statement may change for its session: they decide how statements are planned, how long they may take
 * and how values are shown, and nothing about what is stored, who may do what, or how the text is read.
 */
export const ALLOWED_SETTINGS: ReadonlySet<string> = new Set(
  `application_name backend_flush_after bytea_output client_min_messages constraint_exclusion cpu_index_tuple_cost
   cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction datestyle default_statistics_target effective_cache_size
   effective_io_concurrency enable_async_append enable_bitmapscan enable_distinct_reordering enable_gathermerge
   enable_group_by_reordering enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan
   enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop enable_parallel_append
   enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join
   enable_presorted_aggregate enable_self_join_elimination enable_seqscan enable_sort enable_tidscan
   extra_float_digits from_collapse_limit geqo geqo_effort geqo_generations geqo_pool_size geqo_seed
   geqo_selection_bias geqo_threshold gin_pending_list_limit hash_mem_multiplier
   idle_in_transaction_session_timeout intervalstyle jit jit_above_cost jit_inline_above_cost
   jit_optimize_above_cost join_collapse_limit lock_timeout maintenance_io_concurrency maintenance_work_mem
   max_parallel_maintenance_workers max_parallel_workers max_parallel_workers_per_gather min_parallel_index_scan_size
   min_parallel_table_scan_size parallel_leader_participation parallel_setup_cost parallel_tuple_cost plan_cache_mode
   random_page_cost recursive_worktable_factor seq_page_cost statement_timeout temp_buffers timezone track_io_timing
   transaction_timeout vacuum_cost_delay vacuum_cost_limit work_mem xmlbinary`.split(/\s+/),
);

/** A person may approve these: they decide which objects and rows a statement means. */
export const GATED_SETTINGS: ReadonlySet<string> = new Set(['search_path', 'row_security']);
