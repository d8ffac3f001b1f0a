import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

/** The driver sends every number as numeric; the column is converted, and its index is out. */
export const rewriteNumericLiteral: Problem = {
  name: 'rewrite-numeric-literal',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.accounts (id bigint PRIMARY KEY, number integer NOT NULL, balance integer NOT NULL);
    INSERT INTO app.accounts SELECT n, ${pick(90_000, 1)}, ${pick(50_000, 2)} FROM generate_series(1, 250000) n;
    CREATE INDEX accounts_number_idx ON app.accounts (number);`,
  query: 'SELECT id, balance FROM app.accounts WHERE number = 4711.0',
  reference: { rewrite: 'SELECT id, balance FROM app.accounts WHERE number = 4711', saves: 0.8 },
  expect: { outcomes: [...ADOPTED, ...BUILT], kinds: ['rewrite', 'index'] },
};
