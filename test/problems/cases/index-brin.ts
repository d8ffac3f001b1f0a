import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Rows come in the order of time. The budget has no room for a B-tree. */
export const indexBrin: Problem = {
  name: 'index-brin',
  sort: 'index',
  setup: `
    CREATE TABLE app.readings (id bigint PRIMARY KEY, taken_at timestamp NOT NULL, value integer NOT NULL, note text NOT NULL);
    INSERT INTO app.readings
    SELECT n, timestamp '2026-01-01' + n * interval '1 minute', ${pick(1_000, 1)}, repeat('x', 60)
      FROM generate_series(1, 400000) n;`,
  query: `SELECT count(*), avg(value) FROM app.readings
WHERE taken_at >= timestamp '2026-06-01' AND taken_at < timestamp '2026-06-04'`,
  fields: ['**Budget**: 200 kB'],
  reference: { sql: ['CREATE INDEX ON app.readings USING brin (taken_at)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], maxIndexBytes: 200 * 1024, indexes: [/USING brin/] },
};
