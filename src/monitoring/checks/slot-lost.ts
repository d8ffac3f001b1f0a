import { defineCheck } from '../check.ts';
import { SLOTS_ROW, SLOTS_SQL, slotWords } from '../slots.ts';

export const slotLost = defineCheck({
  name: 'slot-lost',
  area: 'replication',
  summary: 'replication slots whose log is gone, or goes at the next checkpoint',
  advice: 'drop the slot; its reader has to be built anew (a base backup, a first copy of the tables)',
  scope: 'cluster',
  unit: 'count',
  threshold: null,
  sql: SLOTS_SQL,
  row: SLOTS_ROW,
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map((row) => {
      const { slot, walStatus, reason } = row;
      if (walStatus === 'lost' || reason !== null)
        return {
          subject: slot,
          value: 1,
          level: 'critical',
          message: `${slotWords(row)} is lost${reason === null ? '' : `: ${reason}`}`,
        };
      if (walStatus === 'unreserved')
        return {
          subject: slot,
          value: 1,
          level: 'critical',
          message: `${slotWords(row)} is beyond max_slot_wal_keep_size: its log goes at the next checkpoint`,
          advice: 'let its reader catch up now, or raise max_slot_wal_keep_size (a reload suffices)',
        };
      return {
        subject: slot,
        value: 0,
        message: `${slotWords(row)} has its log (${walStatus ?? 'none reserved yet'})`,
      };
    }),
});
