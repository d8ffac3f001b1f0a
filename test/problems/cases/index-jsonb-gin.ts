import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const indexJsonbGin: Problem = {
  name: 'index-jsonb-gin',
  sort: 'index',
  setup: `
    CREATE TABLE app.events (id bigint PRIMARY KEY, data jsonb NOT NULL);
    INSERT INTO app.events
    SELECT n, jsonb_build_object('user', ${pick(5_000, 1)}, 'action', 'action ' || ${pick(20, 2)}, 'fill', repeat('x', 40))
      FROM generate_series(1, 150000) n;`,
  query: 'SELECT id, data FROM app.events WHERE data @> $1::jsonb',
  params: [['{"user": 77, "action": "action 3"}'], ['{"user": 4999}']],
  reference: { sql: ['CREATE INDEX ON app.events USING gin (data jsonb_path_ops)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/USING gin/] },
};
