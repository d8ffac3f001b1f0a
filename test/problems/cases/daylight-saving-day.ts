import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** In Berlin one day of the year has 23 hours and one has 25; a day is not 24 hours, and its bounds are not those of UTC. */
export const daylightSavingDay: Problem = {
  name: 'daylight-saving-day',
  sort: 'rewrite',
  settings: { TimeZone: 'Europe/Berlin' },
  setup: `
    CREATE TABLE app.logins (id bigint PRIMARY KEY, at timestamptz NOT NULL, user_id integer NOT NULL);
    INSERT INTO app.logins
    SELECT n, timestamptz '2026-01-01 00:00+00' + ${pick(30_000_000, 1)} * interval '1 second', ${pick(5_000, 2)}
      FROM generate_series(1, 250000) n;
    CREATE INDEX logins_at_idx ON app.logins (at);`,
  query: 'SELECT id, user_id FROM app.logins WHERE at::date = $1',
  params: [['2026-03-29'], ['2026-10-25'], ['2026-06-30']],
  reference: {
    rewrite: `SELECT id, user_id FROM app.logins
       WHERE at >= $1::date::timestamptz AND at < ($1::date + 1)::timestamptz`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite'],
    mutations: [
      `INSERT INTO app.logins VALUES (-1, '2026-10-25 23:30', 1), (-2, '2026-10-26', 1), (-3, '2026-03-29 23:30', 1),
         (-4, '2026-03-30 00:00', 1), (-5, '2026-03-30 00:30', 1), (-6, '2026-03-29 00:00', 1)`,
    ],
    neverRewrite: [/24 hours/],
  },
};
