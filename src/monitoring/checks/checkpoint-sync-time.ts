import { defineCheck } from '../check.ts';
import { CHECKPOINTS_ROW, CHECKPOINTS_SQL } from '../checkpoints.ts';
import { observeEach } from '../growth.ts';
import { earlierWithin } from '../since.ts';
import { formatCounted, formatSpan } from '../words.ts';

const HOUR = 3_600;

export const checkpointSyncTime = defineCheck({
  name: 'checkpoint-sync-time',
  area: 'checkpoints',
  summary: 'time that a checkpoint of the last hour waited for the disk at its end',
  advice:
    'let the system write earlier (checkpoint_flush_after, a lower vm.dirty_background_bytes); while it syncs, commits wait for the same disk',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 5,
    critical: 30,
    direction: 'above',
    source:
      'no tool has a default; commits that wait longer look like an outage to people, and 30 s is what clients usually wait. The time to write is spread on purpose and says nothing',
  },
  sql: CHECKPOINTS_SQL,
  row: CHECKPOINTS_ROW,
  remembers: 'series',
  metrics: [
    {
      name: 'checkpoint_sync_seconds_total',
      help: 'Time that checkpoints waited for the disk at their end',
      type: 'counter',
      labels: {},
      value: ({ syncMs }) => syncMs / 1_000,
    },
    {
      name: 'checkpoint_write_seconds_total',
      help: 'Time over which checkpoints spread their writes',
      type: 'counter',
      labels: {},
      value: ({ writeMs }) => writeMs / 1_000,
    },
  ],
  observe: (sample) =>
    observeEach(
      { rows: sample.rows, earlier: earlierWithin(sample, HOUR) },
      {
        of: 'checkpoints',
        key: () => 'cluster',
        counters: ({ requested, timed, syncMs }) => ({ count: requested + timed, syncMs }),
        reset: ({ statsReset }) => statsReset,
        draft: (_, { delta: { count, syncMs }, seconds }) => {
          // One that is skipped takes no time: what was waited is rather too much for one than too little.
          const value = syncMs / 1_000 / Math.max(1, count);
          return {
            subject: 'cluster',
            value,
            message: `${formatCounted(count, 'checkpoint')} in ${formatSpan(seconds)} waited ${formatSpan(value)} each for the disk`,
          };
        },
      },
    ),
});
