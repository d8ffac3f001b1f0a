import { defineCheck, type Draft } from '../check.ts';
import { BY_HOURS, forecast, forecastWords, pointsOf } from '../forecast.ts';
import { SLOTS_ROW, SLOTS_SQL, slotWords, type Slot } from '../slots.ts';
import type { Point } from '../theil-sen.ts';
import { formatBytes } from '../words.ts';

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
      'no tool forecasts it; a day to repair a reader, three hours to act. A limit of gigabytes is reached within hours, so it goes by the last six, not by weeks',
  },
  sql: SLOTS_SQL,
  row: SLOTS_ROW,
  remembers: 'series',
  metrics: [],
  observe: ({ rows, history }) => {
    // What is left falls to nothing, so it grows from below towards nothing.
    const points = pointsOf(
      history,
      ({ slot }) => slot,
      ({ safeBytes }) => (safeBytes === null ? null : -safeBytes),
    );
    // What is lost has nothing left, and what has no limit is not lost.
    return rows.flatMap((row) =>
      row.safeBytes === null ? [] : [untilLost(row, row.safeBytes, points.get(row.slot) ?? [])],
    );
  },
});

function untilLost(row: Slot, safeBytes: number, points: readonly Point[]): Draft {
  const subject = row.slot;
  const left = `${formatBytes(Math.max(0, safeBytes))} may still be written before ${slotWords(row)} is lost`;
  const found = forecast(points, 0, BY_HOURS);
  if (found.state === 'reaches') {
    const pace = `${formatBytes(found.perDay / 24)} an hour`;
    return { subject, value: found.days, message: `${left}: ${forecastWords(found)}, at ${pace}` };
  }
  const message = `${left}: ${forecastWords(found)}`;
  return found.state === 'steady'
    ? { subject, value: null, level: 'ok', message }
    : { subject, value: null, message };
}
