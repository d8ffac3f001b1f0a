import { pick } from '../data.ts';
import { ADOPTED, BUILT, type Problem } from '../problem.ts';

export const rewriteArithmetic: Problem = {
  name: 'rewrite-arithmetic',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.pages (id bigint PRIMARY KEY, number integer NOT NULL, title text NOT NULL);
    INSERT INTO app.pages SELECT n, ${pick(90_000, 1)}, 'page ' || n FROM generate_series(1, 250000) n;
    CREATE INDEX pages_number_idx ON app.pages (number);`,
  query: 'SELECT id, title FROM app.pages WHERE number + 1 = 4712',
  reference: { rewrite: 'SELECT id, title FROM app.pages WHERE number = 4711', saves: 0.8 },
  expect: { outcomes: [...ADOPTED, ...BUILT], kinds: ['rewrite', 'index'] },
};
