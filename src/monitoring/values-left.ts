import { z } from 'zod';
import type { Draft } from './check.ts';
import { forecast, forecastWords, pointsOf } from './forecast.ts';
import type { Sample } from './sample.ts';
import { formatCount, formatPercent } from './words.ts';

/** What hands out values until there are none left; without a name, how many of them the role may not read (`used`). */
export const VALUES_ROW = z.object({ name: z.string().nullable(), used: z.number(), size: z.number() });
type Row = z.infer<typeof VALUES_ROW>;

/**
 * Shares of all values from where on it is a breach, also where no forecast can be made or nothing grows just now: pghero
 * and postgres-mcp warn at 90 %, check_postgres at 85 % and says critical at 95 %.
 */
const FULL = { warning: 0.9, critical: 0.95 };

/** The share that is used, for Prometheus. */
export function usedRatio({ name, used, size }: Row): number | null {
  return name === null ? null : used / size;
}

/** When each has no more values. Of those that the role may not read it says so: they may be anywhere. */
export function daysUntilUsedUp(what: string): (sample: Sample<Row>) => readonly Draft[] {
  return ({ rows, history }) => {
    const points = pointsOf(
      history,
      ({ name }) => name ?? '',
      ({ name, used }) => (name === null ? null : used),
    );
    return rows.map(({ name, used, size }) => {
      if (name === null)
        return {
          subject: 'not visible',
          value: null,
          message: `${formatCount(used)} ${what} may not be read by this role`,
          advice:
            'GRANT SELECT ON ALL SEQUENCES IN SCHEMA … TO the role that monitors, which pg_monitor does not cover',
        };
      const found = forecast(points.get(name) ?? [], size);
      const message = `${name} has used ${formatPercent((100 * used) / size)} of its values; the end: ${forecastWords(found)}`;
      const value = found.state === 'reaches' ? found.days : null;
      if (used / size >= FULL.critical) return { subject: name, value, level: 'critical', message };
      // A forecast may find it worse than that.
      if (used / size >= FULL.warning && value === null)
        return { subject: name, value, level: 'warning', message };
      if (found.state === 'steady') return { subject: name, value, level: 'ok', message };
      return { subject: name, value, message };
    });
  };
}
