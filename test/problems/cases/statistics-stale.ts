import { BUILT, type Problem } from '../problem.ts';

/** By its statistics the table has a hundred rows, all of one kind. */
export const statisticsStale: Problem = {
  name: 'statistics-stale',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.items (id bigint PRIMARY KEY, kind integer NOT NULL, parent_id bigint NOT NULL)
      WITH (autovacuum_enabled = off);
    CREATE INDEX items_kind_idx ON app.items (kind);
    CREATE INDEX items_parent_id_idx ON app.items (parent_id);
    INSERT INTO app.items SELECT n, 1, n FROM generate_series(1, 100) n;
    ANALYZE app.items;
    INSERT INTO app.items SELECT n, n % 2, n FROM generate_series(101, 3000) n;`,
  settle: [],
  query: `SELECT count(*) FROM app.items a JOIN app.items b ON b.parent_id = a.parent_id WHERE a.kind = 0 AND b.kind = 0`,
  reference: { sql: ['ANALYZE app.items'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['statistics'] },
};
