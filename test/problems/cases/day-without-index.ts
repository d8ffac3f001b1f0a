import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Neither helps alone: the cast of a point in time cannot be indexed, and the range has no index. */
export const dayWithoutIndex: Problem = {
  name: 'day-without-index',
  sort: 'index and rewrite',
  settings: { TimeZone: 'America/New_York' },
  setup: `
    CREATE TABLE app.calls (id bigint PRIMARY KEY, started_at timestamptz NOT NULL, seconds integer NOT NULL);
    INSERT INTO app.calls
    SELECT n, timestamptz '2026-01-01 00:00+00' + ${pick(30_000_000, 1)} * interval '1 second', ${pick(900, 2)}
      FROM generate_series(1, 250000) n;`,
  query: `SELECT id, seconds FROM app.calls WHERE started_at::date = date '2026-03-08'`,
  reference: {
    sql: ['CREATE INDEX ON app.calls (started_at)'],
    rewrite: `SELECT id, seconds FROM app.calls
       WHERE started_at >= timestamptz '2026-03-08' AND started_at < timestamptz '2026-03-09'`,
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, 'proven'],
    kinds: ['index+rewrite'],
    mutations: [
      `INSERT INTO app.calls VALUES (-1, '2026-03-08 23:30', 1), (-2, '2026-03-09', 1), (-3, '2026-03-08', 1)`,
    ],
    neverRewrite: [/24 hours/],
  },
};
