import { pick } from '../data.ts';
import { NO, type Problem } from '../problem.ts';

/** Every index that helps is larger than the budget. */
export const budgetTooSmall: Problem = {
  name: 'budget-too-small',
  sort: 'limit',
  setup: `
    CREATE TABLE app.samples (id bigint PRIMARY KEY, token text NOT NULL, value integer NOT NULL);
    INSERT INTO app.samples SELECT n, md5(n::text), ${pick(900, 2)} FROM generate_series(1, 200000) n;`,
  query: 'SELECT id, value FROM app.samples WHERE token = $1',
  params: [['e10adc3949ba59abbe56e057f20f883e']],
  fields: ['**Budget**: 200 kB'],
  reference: null,
  expect: { outcomes: [...NO, 'handed-over'], kinds: ['none', 'setting'], maxIndexBytes: 0 },
};
