import { BUILT, type Problem } from '../problem.ts';

/** By a collation of a language the usual operator class does not serve a prefix. */
export const indexTextPattern: Problem = {
  name: 'index-text-pattern',
  sort: 'index',
  setup: `
    CREATE TABLE app.products (id bigint PRIMARY KEY, name text COLLATE "en-US-x-icu" NOT NULL);
    INSERT INTO app.products SELECT n, md5(n::text) || ' product' FROM generate_series(1, 200000) n;
    CREATE INDEX products_name_idx ON app.products (name);`,
  query: `SELECT id, name FROM app.products WHERE name LIKE 'abcd%'`,
  reference: { sql: ['CREATE INDEX ON app.products (name text_pattern_ops)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'], indexes: [/text_pattern_ops|gin_trgm_ops|COLLATE "C"/] },
};
