import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** A sort in two directions: an index on the same columns in one direction does not serve it. */
export const indexDirection: Problem = {
  name: 'index-direction',
  sort: 'index',
  setup: `
    CREATE TABLE app.players (id bigint PRIMARY KEY, score integer NOT NULL, joined_at timestamp NOT NULL);
    INSERT INTO app.players
    SELECT n, ${pick(5, 1)}, timestamp '2026-01-01' + ${pick(5_000_000, 2)} * interval '1 second'
      FROM generate_series(1, 200000) n;
    CREATE INDEX players_score_joined_at_idx ON app.players (score, joined_at);`,
  query: 'SELECT id, score, joined_at FROM app.players ORDER BY score DESC, joined_at, id LIMIT 50',
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.players (score DESC, joined_at)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
