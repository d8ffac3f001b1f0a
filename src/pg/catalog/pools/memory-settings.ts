import type { ServerCapacity } from '../../../pooling/facts.ts';
import type { Session } from '../../session.ts';

export type MemorySettings = Omit<ServerCapacity, 'cpus' | 'memoryBytes'>;

/** What of the server's settings decides how much memory a session may take; as the server has them, not this session. */
export async function readMemorySettings(session: Session): Promise<MemorySettings> {
  const [row] = await session.query<MemorySettings>(
    `WITH bytes AS MATERIALIZED (
       SELECT name, pg_size_bytes(reset_val || coalesce(unit, '')) AS value
         FROM pg_settings WHERE name IN ('work_mem', 'maintenance_work_mem')
       UNION ALL
       SELECT name, reset_val::int8 * 8192 FROM pg_settings WHERE name = 'shared_buffers')
     SELECT (SELECT value::float8 FROM bytes WHERE name = 'shared_buffers') AS "sharedBuffersBytes",
            (SELECT value::float8 FROM bytes WHERE name = 'work_mem') AS "workMemBytes",
            (SELECT value::float8 FROM bytes WHERE name = 'maintenance_work_mem') AS "maintenanceWorkMemBytes",
            (SELECT reset_val::float8 FROM pg_settings WHERE name = 'hash_mem_multiplier') AS "hashMemMultiplier",
            current_setting('autovacuum_max_workers')::int *
              (SELECT CASE WHEN reset_val = '-1' THEN (SELECT value FROM bytes WHERE name = 'maintenance_work_mem')
                           ELSE pg_size_bytes(reset_val || 'kB') END::float8
                 FROM pg_settings WHERE name = 'autovacuum_work_mem') AS "autovacuumBytes"`,
  );
  if (row === undefined) throw new Error('pg_settings has no memory settings');
  return row;
}
