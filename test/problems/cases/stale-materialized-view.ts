import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** All rows go into a small result that may be old: keeping it in the database is what helps. */
export const staleMaterializedView: Problem = {
  name: 'stale-materialized-view',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.payments (id bigint PRIMARY KEY, shop integer NOT NULL, cents integer NOT NULL, note text NOT NULL);
    INSERT INTO app.payments
    SELECT n, ${pick(300, 1)}, ${pick(90_000, 2)}, 'payment ' || md5(n::text) FROM generate_series(1, 250000) n;`,
  query: `SELECT shop, count(*) AS payments, sum(cents) AS cents, max(length(note)) AS longest FROM app.payments GROUP BY shop`,
  fields: ['**Note**: the report is refreshed nightly'],
  reference: {
    sql: [
      `CREATE MATERIALIZED VIEW app.by_shop AS SELECT shop, count(*) AS payments, sum(cents) AS cents, max(length(note)) AS longest FROM app.payments GROUP BY shop`,
    ],
    rewrite: 'SELECT * FROM app.by_shop',
  },
  expect: { outcomes: ADOPTED, kinds: ['rewrite'] },
};
