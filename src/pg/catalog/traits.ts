import type { ExtensionFacts, ServerTraits } from '../../facts.ts';
import type { Session } from '../session.ts';

/** Settings that decide how a statement is planned, or what it means. */
const SETTINGS = [
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'work_mem',
  'hash_mem_multiplier',
  'random_page_cost',
  'seq_page_cost',
  'effective_cache_size',
  'max_parallel_workers_per_gather',
  'jit',
  'jit_above_cost',
  'join_collapse_limit',
  'from_collapse_limit',
  'default_statistics_target',
  'plan_cache_mode',
  'shared_preload_libraries',
];

/** What of the server decides which changes are possible and what a statement means, as the session sees it. */
export async function readServerTraits(session: Session): Promise<ServerTraits> {
  const [row] = await session.query<{ settings: Record<string, string>; mayCreate: boolean }>(
    `-- The view leaves out what the role may not see; asking for it by name would be an error.
     SELECT (SELECT json_object_agg(name, current_setting(name)) FROM pg_settings WHERE name = ANY ($1)) AS settings,
            has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`,
    [SETTINGS],
  );
  const extensions = await session.query<ExtensionFacts>(
    `SELECT a.name, n.nspname AS schema, coalesce(bool_or(v.trusted), false) AS trusted
       FROM pg_available_extensions a
       LEFT JOIN pg_extension e ON e.extname = a.name
       LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
       LEFT JOIN pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version
      GROUP BY a.name, n.nspname ORDER BY a.name`,
  );
  return { extensions, settings: row?.settings ?? {}, mayCreate: row?.mayCreate ?? false };
}
