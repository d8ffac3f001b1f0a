import { pick } from '../data.ts';
import { ADOPTED, BUILT, NO, type Problem } from '../problem.ts';

/** Days have many visits: which of them is the last is not said, and no answer may claim that the rows are the same. */
export const ties: Problem = {
  name: 'ties',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.visits (id bigint PRIMARY KEY, guest_id integer NOT NULL, day date NOT NULL, note text NOT NULL);
    INSERT INTO app.visits
    SELECT n, ${pick(500, 1)}, date '2026-01-01' + ${pick(20, 2)}, 'note ' || md5(n::text) FROM generate_series(1, 150000) n;`,
  query: 'SELECT DISTINCT ON (guest_id) guest_id, day, note FROM app.visits ORDER BY guest_id, day DESC',
  reference: null,
  expect: {
    outcomes: [...NO, ...BUILT, ...ADOPTED],
    kinds: ['none', 'index', 'setting', 'rewrite', 'index+rewrite'],
  },
};
