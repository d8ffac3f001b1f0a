import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Six values in 300,000 rows, one of them NULL: the index is read whole. */
export const rewriteLooseScan: Problem = {
  name: 'rewrite-loose-scan',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.events (id bigint PRIMARY KEY, kind integer, payload text NOT NULL);
    INSERT INTO app.events
    SELECT n, CASE WHEN n % 11 > 0 THEN ${pick(6, 1)} END, repeat('x', 40) FROM generate_series(1, 300000) n;
    CREATE INDEX events_kind_idx ON app.events (kind);`,
  query: 'SELECT DISTINCT kind FROM app.events',
  reference: {
    rewrite: `WITH RECURSIVE values AS (
        (SELECT kind FROM app.events WHERE kind IS NOT NULL ORDER BY kind LIMIT 1)
        UNION ALL
        SELECT (SELECT e.kind FROM app.events e WHERE e.kind > v.kind ORDER BY e.kind LIMIT 1) FROM values v WHERE v.kind IS NOT NULL)
       SELECT kind FROM values WHERE kind IS NOT NULL
       UNION ALL
       SELECT NULL::integer WHERE EXISTS (SELECT FROM app.events WHERE kind IS NULL)`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite'],
    mutations: [
      'DELETE FROM app.events',
      'DELETE FROM app.events WHERE kind IS NULL',
      'UPDATE app.events SET kind = NULL',
    ],
  },
};
