import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** Little memory: the groups go to disk in many rounds. */
export const settingMemory: Problem = {
  name: 'setting-memory',
  sort: 'other lever',
  settings: { work_mem: '256kB' },
  setup: `
    CREATE TABLE app.clicks (id bigint PRIMARY KEY, session_id integer NOT NULL, page_id integer NOT NULL, ms integer NOT NULL);
    INSERT INTO app.clicks SELECT n, ${pick(100_000, 1)}, ${pick(100_000, 2)}, ${pick(5_000, 3)} FROM generate_series(1, 300000) n;`,
  query: `SELECT max(total) FROM (
  SELECT session_id, count(DISTINCT page_id) AS pages, sum(ms) AS total FROM app.clicks GROUP BY session_id) AS sessions`,
  fields: ['**Constraint**: no new index'],
  reference: { settings: { work_mem: '64MB' }, saves: 0.2 },
  expect: { outcomes: ADOPTED, kinds: ['setting', 'rewrite', 'rewrite+setting'] },
};
