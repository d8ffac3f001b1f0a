import { defineCheck } from '../check.ts';
import { majorOf } from '../server.ts';
import { SLOTS_ROW, SLOTS_SQL, slotWords } from '../slots.ts';
import { formatBytes, formatSpan } from '../words.ts';

export const slotInactive = defineCheck({
  name: 'slot-inactive',
  area: 'replication',
  summary: 'time for which nobody has read a replication slot',
  advice:
    'bring its reader back, or drop it: SELECT pg_drop_replication_slot(…); idle_replication_slot_timeout (18) gives up such slots by itself',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 300,
    critical: 86_400,
    direction: 'above',
    source: 'pgwatch counts any; five minutes let a reader be restarted, after a day nobody has missed it',
  },
  sql: SLOTS_SQL,
  row: SLOTS_ROW,
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows, server }) =>
    rows.map((row) => {
      const { slot, active, walStatus, retainedBytes, inactiveSeconds } = row;
      if (active) return { subject: slot, value: 0, message: `${slotWords(row)} is being read` };
      const kept =
        retainedBytes === null || walStatus === 'lost'
          ? 'it keeps no log'
          : `it keeps ${formatBytes(Math.max(0, retainedBytes))} of write-ahead log`;
      if (inactiveSeconds === null)
        return {
          subject: slot,
          value: null,
          // That nobody reads it is known at any rate.
          level: 'warning',
          message: `nobody reads ${slotWords(row)}, since when is not told${majorOf(server) < 17 ? ' before PostgreSQL 17' : ''}; ${kept}`,
        };
      return {
        subject: slot,
        value: inactiveSeconds,
        message: `nobody has read ${slotWords(row)} for ${formatSpan(Math.max(0, inactiveSeconds))}; ${kept}`,
      };
    }),
});
