import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** The cast hides the column from its index. */
export const rewriteDay: Problem = {
  name: 'rewrite-day',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.logins (id bigint PRIMARY KEY, at timestamp NOT NULL, user_id integer NOT NULL);
    INSERT INTO app.logins
    SELECT n, timestamp '2026-01-01' + ${pick(20_000_000, 1)} * interval '1 second', ${pick(5_000, 2)} FROM generate_series(1, 250000) n;
    CREATE INDEX logins_at_idx ON app.logins (at);`,
  query: `SELECT id, user_id FROM app.logins WHERE at::date = date '2026-03-05'`,
  reference: {
    rewrite: `SELECT id, user_id FROM app.logins WHERE at >= timestamp '2026-03-05' AND at < timestamp '2026-03-06'`,
    saves: 0.8,
  },
  expect: {
    outcomes: [...ADOPTED, ...BUILT],
    kinds: ['rewrite', 'index'],
    mutations: [
      `INSERT INTO app.logins VALUES (-1, '2026-03-05', 1), (-2, '2026-03-06', 1), (-3, '2026-03-05 23:59:59.999999', 1)`,
    ],
  },
};
