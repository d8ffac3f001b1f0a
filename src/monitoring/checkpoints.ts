import { z } from 'zod';

/** Counters of checkpoints; they moved from `pg_stat_bgwriter` in 17. Of those that are due by time, an idle server skips many. */
const SQL = `
  SELECT num_requested::float8 AS requested, num_timed::float8 AS timed, write_time AS "writeMs", sync_time AS "syncMs",
         extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_checkpointer`;

const SQL_BEFORE_17 = `
  SELECT checkpoints_req::float8 AS requested, checkpoints_timed::float8 AS timed, checkpoint_write_time AS "writeMs",
         checkpoint_sync_time AS "syncMs", extract(epoch FROM stats_reset)::float8 AS "statsReset"
    FROM pg_stat_bgwriter`;

export const CHECKPOINTS_SQL = [
  { from: 14, sql: SQL_BEFORE_17 },
  { from: 17, sql: SQL },
] as const;

export const CHECKPOINTS_ROW = z.object({
  requested: z.number(),
  timed: z.number(),
  writeMs: z.number(),
  syncMs: z.number(),
  statsReset: z.number().nullable(),
});
