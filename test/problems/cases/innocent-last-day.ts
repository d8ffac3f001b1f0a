import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** Nothing happened in the last second of the last day: a closed end seems right, and is not. */
export const innocentLastDay: Problem = {
  name: 'innocent-last-day',
  sort: 'innocent data',
  setup: `
    CREATE TABLE app.visits (id bigint PRIMARY KEY, at timestamp NOT NULL);
    INSERT INTO app.visits
    SELECT n, timestamp '2026-01-01 08:00' + ${pick(200, 1)} * interval '1 day' + ${pick(36_000, 2)} * interval '1 second'
      FROM generate_series(1, 250000) n;
    CREATE INDEX visits_at_idx ON app.visits (at);`,
  query: `SELECT count(*) FROM app.visits WHERE at::date BETWEEN '2026-03-05' AND '2026-03-07'`,
  reference: {
    rewrite: `SELECT count(*) FROM app.visits WHERE at >= '2026-03-05' AND at < '2026-03-08'`,
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index'],
    mutations: [
      `INSERT INTO app.visits VALUES (-1, '2026-03-07 12:00'), (-2, '2026-03-07 23:59:59.999999'), (-3, '2026-03-08'), (-4, '2026-03-05')`,
    ],
  },
};
