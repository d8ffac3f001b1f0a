import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const indexArrayGin: Problem = {
  name: 'index-array-gin',
  sort: 'index',
  setup: `
    CREATE TABLE app.photos (id bigint PRIMARY KEY, tags text[] NOT NULL);
    INSERT INTO app.photos
    SELECT n, ARRAY['tag ' || ${pick(2_000, 1)}, 'tag ' || ${pick(2_000, 2)}, 'tag ' || ${pick(2_000, 3)}]
      FROM generate_series(1, 200000) n;`,
  query: `SELECT id, tags FROM app.photos WHERE tags @> ARRAY['tag 17']`,
  reference: { sql: ['CREATE INDEX ON app.photos USING gin (tags)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/USING gin/] },
};
