import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** The list does not fit into the memory of a hash, so that it is walked for each row. */
export const settingMemory: Problem = {
  name: 'setting-memory',
  sort: 'other lever',
  settings: { work_mem: '1MB' },
  setup: `
    CREATE TABLE app.members (id integer PRIMARY KEY, country integer NOT NULL);
    CREATE TABLE app.visits (id bigint PRIMARY KEY, member_id integer);
    INSERT INTO app.members SELECT n, n % 7 FROM generate_series(1, 150) n;
    INSERT INTO app.visits SELECT n, 21 + ${pick(130, 1)} + 1000 * ${pick(50, 2)} FROM generate_series(1, 100000) n;`,
  query: `SELECT country, count(*) FILTER (WHERE id IN (SELECT member_id FROM app.visits)) AS seen, count(*) AS members
FROM app.members GROUP BY country`,
  fields: ['**Constraint**: no new index'],
  reference: { settings: { work_mem: '64MB' }, saves: 0.8 },
  expect: {
    outcomes: ADOPTED,
    kinds: ['setting', 'rewrite', 'rewrite+setting'],
    mutations: ['UPDATE app.visits SET member_id = NULL WHERE id % 3 = 0', 'DELETE FROM app.visits'],
  },
};
