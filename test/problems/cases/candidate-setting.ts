import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

export const candidateSetting: Problem = {
  name: 'candidate-setting',
  sort: 'candidate',
  settings: { enable_hashjoin: 'off', enable_mergejoin: 'off' },
  setup: `
    CREATE TABLE app.buyers (id integer PRIMARY KEY, country integer NOT NULL);
    CREATE TABLE app.sales (id bigint PRIMARY KEY, buyer_id integer NOT NULL, cents integer NOT NULL);
    INSERT INTO app.buyers SELECT n, ${pick(100, 1)} FROM generate_series(1, 60000) n;
    INSERT INTO app.sales SELECT n, 1 + ${pick(60_000, 2)}, ${pick(9_000, 3)} FROM generate_series(1, 200000) n;`,
  query: `SELECT b.country, sum(s.cents) FROM app.sales s JOIN app.buyers b ON b.id = s.buyer_id GROUP BY b.country`,
  fields: ['**Candidate**: `SET enable_hashjoin = on`'],
  reference: { settings: { enable_hashjoin: 'on' }, saves: 0.3 },
  expect: { outcomes: ADOPTED, kinds: ['setting', 'rewrite+setting', 'index+setting', 'rewrite'] },
};
