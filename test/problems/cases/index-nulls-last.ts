import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The column may be NULL, so NULLS LAST has a meaning: only an index in that order serves it. */
export const indexNullsLast: Problem = {
  name: 'index-nulls-last',
  sort: 'index',
  setup: `
    CREATE TABLE app.tickets (id bigint PRIMARY KEY, closed_at timestamp, title text NOT NULL);
    INSERT INTO app.tickets
    SELECT n, CASE WHEN n % 3 > 0 THEN timestamp '2026-01-01' + ${pick(9_000_000, 1)} * interval '1 second' END,
           'ticket ' || n
      FROM generate_series(1, 250000) n;
    CREATE INDEX tickets_closed_at_idx ON app.tickets (closed_at);`,
  query: 'SELECT id, title, closed_at FROM app.tickets ORDER BY closed_at DESC NULLS LAST, id LIMIT 20',
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.tickets (closed_at DESC NULLS LAST)'], saves: 0.8 },
  expect: {
    outcomes: [...BUILT, 'handed-over'],
    kinds: ['index', 'rewrite', 'index+rewrite'],
    mutations: [
      'UPDATE app.tickets SET closed_at = NULL',
      'UPDATE app.tickets SET closed_at = NULL WHERE id > 7',
    ],
  },
};
