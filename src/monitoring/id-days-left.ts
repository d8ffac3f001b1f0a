import type { Draft } from './check.ts';
import { forecast, forecastWords, pointsOf } from './forecast.ts';
import type { Sample } from './sample.ts';
import { formatCount } from './words.ts';
import { ID_KINDS, ID_LIMIT } from './wraparound.ts';

interface IdAge {
  readonly database: string;
  readonly age: number;
  readonly freezeAt: number;
}

/**
 * What is said of each database. An age climbs to where autovacuum freezes and falls again, so a younger one reaches no end
 * whatever its slope is.
 */
export function daysUntilIdsEnd(kind: keyof typeof ID_KINDS): (sample: Sample<IdAge>) => readonly Draft[] {
  const { words } = ID_KINDS[kind];
  return ({ rows, history }) => {
    const points = pointsOf(
      history,
      ({ database }) => database,
      ({ age }) => age,
    );
    return rows.map(({ database, age, freezeAt }) => {
      const old = `the oldest of ${database} is ${formatCount(age)} ${words} old`;
      if (age <= freezeAt)
        return {
          subject: database,
          value: null,
          level: 'ok',
          message: `${old}; autovacuum freezes it at ${formatCount(freezeAt)}`,
        };
      const found = forecast(points.get(database) ?? [], ID_LIMIT);
      const message = `${old}, more than the ${formatCount(freezeAt)} at which autovacuum freezes; the end: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject: database, value: null, level: 'ok', message };
      return { subject: database, value: found.state === 'reaches' ? found.days : null, message };
    });
  };
}
