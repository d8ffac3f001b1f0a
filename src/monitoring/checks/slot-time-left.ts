import { defineCheck, type Draft } from '../check.ts';
import type { Earlier } from '../sample.ts';
import { SLOTS_ROW, SLOTS_SQL, slotWords, type Slot } from '../slots.ts';
import { formatBytes, formatSpan } from '../words.ts';

const DAY = 86_400;

export const slotTimeLeft = defineCheck({
  name: 'slot-time-left',
  area: 'capacity',
  summary: 'days until a replication slot is lost, at the pace at which what it may still keep has shrunk',
  advice:
    'let its reader catch up, or raise max_slot_wal_keep_size (a reload suffices) as far as the disk has room; a lost slot means to build the reader anew',
  scope: 'cluster',
  unit: 'days',
  threshold: {
    warning: 1,
    critical: 0.125,
    direction: 'below',
    source:
      'no tool forecasts it; a day to repair a reader, three hours to act. A limit of gigabytes is reached within hours, so it goes by the last minutes, not by a week, and there is no interval',
  },
  sql: SLOTS_SQL,
  row: SLOTS_ROW,
  remembers: 'last',
  metrics: [],
  observe: ({ rows, earlier }) => {
    const before = new Map(
      (earlier.missing === undefined ? earlier.rows : []).map((row) => [row.slot, row.safeBytes]),
    );
    // What is lost has nothing left, and what has no limit is not lost.
    return rows.flatMap((row) =>
      row.safeBytes === null
        ? []
        : [untilLost(row, row.safeBytes, { before: before.get(row.slot) ?? null, earlier })],
    );
  },
});

function untilLost(
  row: Slot,
  bytes: number,
  { before, earlier }: { readonly before: number | null; readonly earlier: Earlier<Slot> },
): Draft {
  const subject = row.slot;
  const left = `${formatBytes(Math.max(0, bytes))} may still be written before ${slotWords(row)} is lost`;
  if (earlier.missing !== undefined || before === null)
    return {
      subject,
      value: null,
      message: `${left}; no pace: ${earlier.missing ?? 'it was not there before'}`,
    };
  const perSecond = (before - bytes) / earlier.seconds;
  if (perSecond <= 0)
    return { subject, value: null, level: 'ok', message: `${left}, and it does not get less` };
  const seconds = Math.max(0, bytes) / perSecond;
  return {
    subject,
    value: seconds / DAY,
    message: `${left}: in ${formatSpan(seconds)} at ${formatBytes(perSecond)} a second, as in the last ${formatSpan(earlier.seconds)}`,
  };
}
