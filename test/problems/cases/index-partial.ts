import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Few jobs are open. Only an index on these stays within the budget. */
export const indexPartial: Problem = {
  name: 'index-partial',
  sort: 'index',
  setup: `
    CREATE TABLE app.jobs (id bigint PRIMARY KEY, state text NOT NULL, run_at timestamp NOT NULL, payload text NOT NULL);
    INSERT INTO app.jobs
    SELECT n, CASE WHEN ${pick(500, 1)} = 0 THEN 'open' ELSE 'done' END,
           timestamp '2026-01-01' + ${pick(9_000_000, 2)} * interval '1 second', repeat('x', 80)
      FROM generate_series(1, 250000) n;`,
  query: `SELECT id, payload FROM app.jobs WHERE state = 'open' ORDER BY run_at, id LIMIT 20`,
  ordered: true,
  fields: ['**Budget**: 500 kB'],
  reference: { sql: [`CREATE INDEX ON app.jobs (run_at, id) WHERE state = 'open'`], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], maxIndexBytes: 500 * 1024, indexes: [/ WHERE /] },
};
