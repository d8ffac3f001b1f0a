import type { CountedServer } from '../../tuning/findings/finding.ts';
import type { Session } from '../session.ts';
import { readServerCounters } from './server-counters.ts';

/** What the server of the session has counted of its database since its last reset. */
export async function readCountedServer(session: Session): Promise<CountedServer> {
  const [row] = await session.query<Omit<CountedServer, 'counters'> & { database: string }>(
    `SELECT current_database()::text AS database,
            (SELECT setting::float8 * current_setting('block_size')::float8 FROM pg_settings WHERE name = 'shared_buffers') AS "bufferBytes",
            current_setting('wal_compression') AS "walCompression",
            (SELECT coalesce(sum(pg_relation_size(t.relid)) FILTER (WHERE t.heap_blks_hit + t.heap_blks_read > 0), 0)::float8
               FROM pg_statio_user_tables t)
            + (SELECT coalesce(sum(pg_relation_size(i.indexrelid)) FILTER (WHERE i.idx_blks_hit + i.idx_blks_read > 0), 0)::float8
                 FROM pg_statio_user_indexes i) AS "workingSetBytes"`,
  );
  if (row === undefined) throw new Error('the server says nothing of itself');
  const { database, ...facts } = row;
  return { ...facts, counters: await readServerCounters(session, database) };
}
