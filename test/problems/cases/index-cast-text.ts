import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** A number compared as text: an index on the expression, or the cast where it costs nothing. */
export const indexCastText: Problem = {
  name: 'index-cast-text',
  sort: 'index',
  setup: `
    CREATE TABLE app.invoices (id bigint PRIMARY KEY, number integer NOT NULL, total integer NOT NULL);
    INSERT INTO app.invoices SELECT n, n, ${pick(90_000, 1)} FROM generate_series(1, 250000) n;
    CREATE INDEX invoices_number_idx ON app.invoices (number);`,
  query: `SELECT id, total FROM app.invoices WHERE number::text = '4711'`,
  reference: { rewrite: 'SELECT id, total FROM app.invoices WHERE number = 4711', saves: 0.8 },
  expect: { outcomes: [...BUILT, ...ADOPTED], kinds: ['index', 'rewrite'] },
};
