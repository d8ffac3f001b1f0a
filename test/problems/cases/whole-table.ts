import { pick } from '../data.ts';
import { ADOPTED, NO, type Problem } from '../problem.ts';

/** All rows and all columns are needed: there is nothing to leave out. */
export const wholeTable: Problem = {
  name: 'whole-table',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.trades (id bigint PRIMARY KEY, at timestamp NOT NULL, symbol text NOT NULL, price integer NOT NULL, amount integer NOT NULL);
    INSERT INTO app.trades
    SELECT n, timestamp '2026-01-01' + ${pick(9_000_000, 1)} * interval '1 second', 'S' || ${pick(300, 2)}, ${pick(9_000, 3)}, ${pick(90, 4)}
      FROM generate_series(1, 300000) n;`,
  query: `SELECT count(*), min(at), max(at), sum(price::bigint * amount), max(length(symbol)), sum(id) FROM app.trades`,
  reference: null,
  // More workers than the server is set to are a real gain, for a person to adopt.
  expect: { outcomes: [...NO, ...ADOPTED], kinds: ['none', 'setting'] },
};
