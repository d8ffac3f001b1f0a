import type { Session, SessionSettings } from '../session.ts';
import { readSearchPath } from './server.ts';

/**
 * What a session has set that decides how a statement is planned and what it returns, for a session elsewhere that shall
 * plan and answer alike.
 */
export async function readSessionSettings(session: Session): Promise<SessionSettings> {
  const rows = await session.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings
      WHERE context = 'user' AND (category LIKE 'Query Tuning%' OR name = ANY ($1::text[]))
        -- Another server has those of PostgreSQL itself.
        AND (name <> 'default_text_search_config' OR setting LIKE 'pg\\_catalog.%')`,
    [DECIDING],
  );
  const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  return { ...settings, search_path: await readSearchPath(session) };
}

/** Besides those that the server itself calls query tuning. */
const DECIDING = [
  'work_mem',
  'hash_mem_multiplier',
  'temp_buffers',
  'max_parallel_workers_per_gather',
  'effective_io_concurrency',
  'default_statistics_target',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
  'default_text_search_config',
  'array_nulls',
  'xmlbinary',
  'xmloption',
  'transform_null_equals',
];
