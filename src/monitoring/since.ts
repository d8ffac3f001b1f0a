import type { Earlier, Sample } from './sample.ts';

/**
 * The oldest remembered round that is at most `seconds` old, for what happens a few times an hour: over the minute of a
 * usual rate it would be nothing or all. The check has to remember a series.
 */
export function earlierWithin<Row>({ history }: Pick<Sample<Row>, 'history'>, seconds: number): Earlier<Row> {
  const now = history.at(-1);
  const first = history.find((past) => past !== now && now !== undefined && now.at - past.at <= seconds);
  if (now === undefined || first === undefined) return { missing: 'this is the first look' };
  return { rows: first.rows, seconds: now.at - first.at };
}
