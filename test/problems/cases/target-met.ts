import { pick } from '../data.ts';
import type { Problem } from '../problem.ts';

/** An index would help, and nobody needs it. */
export const targetMet: Problem = {
  name: 'target-met',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.reports (id bigint PRIMARY KEY, owner_id integer NOT NULL, title text NOT NULL);
    INSERT INTO app.reports SELECT n, ${pick(900, 1)}, 'report ' || n FROM generate_series(1, 100000) n;`,
  query: 'SELECT id, title FROM app.reports WHERE owner_id = 77',
  fields: ['**Target**: < 5 s'],
  reference: null,
  expect: { outcomes: ['already-met'], kinds: ['none'], reasonCodes: ['target-met'] },
};
