import { pick } from '../data.ts';
import { NO, type Problem } from '../problem.ts';

/** Only an index would help, and the item says none. */
export const noNewIndex: Problem = {
  name: 'no-new-index',
  sort: 'limit',
  setup: `
    CREATE TABLE app.samples (id bigint PRIMARY KEY, probe_id integer NOT NULL, value integer NOT NULL);
    INSERT INTO app.samples SELECT n, ${pick(9_000, 1)}, ${pick(900, 2)} FROM generate_series(1, 300000) n;`,
  query: 'SELECT id, value FROM app.samples WHERE probe_id = 77',
  fields: ['**Constraint**: no new index'],
  reference: null,
  expect: { outcomes: [...NO, 'handed-over'], kinds: ['none', 'setting'] },
};
