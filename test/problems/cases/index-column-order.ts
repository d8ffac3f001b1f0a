import { oneOf, pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Equalities first, the range last: none of the columns alone is worth much. */
export const indexColumnOrder: Problem = {
  name: 'index-column-order',
  sort: 'index',
  setup: `
    CREATE TABLE app.events (
      id bigint PRIMARY KEY, created_at timestamp NOT NULL, region text NOT NULL, kind text NOT NULL, payload text NOT NULL);
    INSERT INTO app.events
    SELECT n, timestamp '2026-01-01' + ${pick(200_000, 1)} * interval '1 minute',
           ${oneOf(['eu', 'us', 'ap', 'af', 'sa', 'oc'], 2)}, 'kind ' || ${pick(12, 3)}, repeat('x', 60)
      FROM generate_series(1, 300000) n;`,
  query: `SELECT id, payload FROM app.events
WHERE created_at >= timestamp '2026-05-01' AND region = 'eu' AND kind = 'kind 7'`,
  reference: { sql: ['CREATE INDEX ON app.events (region, kind, created_at)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
