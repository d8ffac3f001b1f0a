import { defineCheck } from '../check.ts';
import { CHECKPOINTS_ROW, CHECKPOINTS_SQL } from '../checkpoints.ts';
import { observeEach } from '../growth.ts';
import { earlierWithin } from '../since.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

const HOUR = 3_600;
/** With fewer in an hour a backup or somebody’s CHECKPOINT is most of them. */
const LEAST = 5;

export const checkpointsRequested = defineCheck({
  name: 'checkpoints-requested',
  area: 'checkpoints',
  summary:
    'checkpoints that were requested, mostly because max_wal_size was reached, as a share of those of an hour',
  advice: 'raise max_wal_size until checkpoints come by time: each one makes the log write whole pages again',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 50,
    critical: null,
    direction: 'above',
    source:
      'postgres_exporter mixin: timed less than half; pgwatch 1/2 and pgEdge more than 5 in their window',
  },
  sql: CHECKPOINTS_SQL,
  row: CHECKPOINTS_ROW,
  remembers: 'series',
  metrics: [
    {
      name: 'checkpoints_requested_total',
      help: 'Requested checkpoints since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ requested }) => requested,
    },
    {
      name: 'checkpoints_timed_total',
      help: 'Checkpoints that were due by time since the statistics were reset',
      type: 'counter',
      labels: {},
      value: ({ timed }) => timed,
    },
  ],
  observe: (sample) =>
    observeEach(
      { rows: sample.rows, earlier: earlierWithin(sample, HOUR) },
      {
        of: 'checkpoints',
        key: () => 'cluster',
        counters: ({ requested, timed }) => ({ requested, timed }),
        reset: ({ statsReset }) => statsReset,
        draft: (_, { delta: { requested, timed }, seconds }) => {
          const value = (100 * requested) / Math.max(1, requested + timed);
          return {
            subject: 'cluster',
            value,
            ...(requested < LEAST && { level: 'ok' as const }),
            message: `${formatCount(requested)} of ${formatCount(requested + timed)} checkpoints were requested in ${formatSpan(seconds)} (${formatPercent(value)})`,
          };
        },
      },
    ),
});
