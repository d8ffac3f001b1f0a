import { defineCheck } from '../check.ts';
import { SLOTS_ROW, SLOTS_SQL, slotWords } from '../slots.ts';
import { formatBytes } from '../words.ts';

export const slotRetained = defineCheck({
  name: 'slot-retained',
  area: 'replication',
  summary: 'write-ahead log that is kept for a replication slot',
  advice:
    'see why its reader is behind or gone; drop the slot if nobody needs it, and set max_slot_wal_keep_size, so that it cannot fill the disk',
  scope: 'cluster',
  unit: 'bytes',
  threshold: {
    warning: 1_024 ** 3,
    critical: 10 * 1_024 ** 3,
    direction: 'above',
    source: 'pgEdge 1 GB; pgwatch’s second mark for pg_wal and ubicloud’s for a standby are 10 GB',
  },
  sql: SLOTS_SQL,
  row: SLOTS_ROW,
  remembers: 'nothing',
  metrics: [
    {
      name: 'slot_retained_bytes',
      help: 'Write-ahead log that is kept for a replication slot',
      type: 'gauge',
      labels: { slot: ({ slot }) => slot },
      value: ({ retainedBytes }) => retainedBytes,
    },
  ],
  observe: ({ rows }) =>
    rows.flatMap((row) => {
      const { slot, retainedBytes, safeBytes, walStatus } = row;
      // One that is lost keeps nothing: slot-lost says so.
      if (retainedBytes === null || walStatus === 'lost') return [];
      const left =
        safeBytes === null ? 'without a limit' : `${formatBytes(Math.max(0, safeBytes))} may still come`;
      return [
        {
          subject: slot,
          value: Math.max(0, retainedBytes),
          message: `${slotWords(row)} keeps ${formatBytes(Math.max(0, retainedBytes))} of write-ahead log, ${left}`,
        },
      ];
    }),
});
