import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** A common value, a rare one, and one that is not there. */
export const paramsDollar: Problem = {
  name: 'params-dollar',
  sort: 'parameters',
  setup: `
    CREATE TABLE app.entries (id bigint PRIMARY KEY, owner_id integer NOT NULL, at timestamp NOT NULL, note text NOT NULL);
    INSERT INTO app.entries
    SELECT n, CASE WHEN n % 4 = 0 THEN 1 ELSE ${pick(20_000, 1)} END,
           timestamp '2026-01-01' + ${pick(9_000_000, 2)} * interval '1 second', repeat('x', 60)
      FROM generate_series(1, 250000) n;`,
  query: 'SELECT id, at, note FROM app.entries WHERE owner_id = $1 ORDER BY at DESC, id LIMIT $2',
  params: [
    [1, 20],
    [4711, 20],
    [-1, 20],
  ],
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.entries (owner_id, at DESC, id)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
