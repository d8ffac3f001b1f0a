import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatBytes, formatCounted } from '../words.ts';

/** The timeout came with 18. */
const SQL = `
  SELECT (SELECT count(*) FROM pg_replication_slots WHERE NOT temporary)::float8 AS slots,
         (SELECT setting::float8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS "keepMb",
         (SELECT setting::float8 FROM pg_settings WHERE name = 'idle_replication_slot_timeout') AS "timeout"`;

export const slotsWithoutLimit = defineCheck({
  name: 'slots-without-limit',
  area: 'replication',
  summary: 'replication slots that may keep the log until the disk is full',
  advice:
    'set max_slot_wal_keep_size below the free space of pg_wal’s disk; a slot that is lost is easier to replace than the primary',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source: 'the default of max_slot_wal_keep_size is no limit (PostgreSQL documentation)',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ slots: z.number(), keepMb: z.number(), timeout: z.number().nullable() }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ slots, keepMb, timeout }) => {
      const counted = formatCounted(slots, 'replication slot');
      if (keepMb >= 0)
        return {
          subject: 'cluster',
          value: 0,
          message: `${counted}, each of which may keep ${formatBytes(keepMb * 1_024 ** 2)}`,
        };
      const idle = (timeout ?? 0) > 0 ? '; those that nobody reads are given up in time' : '';
      return {
        subject: 'cluster',
        value: slots,
        message: `${counted} and max_slot_wal_keep_size is -1${idle}`,
      };
    }),
});
