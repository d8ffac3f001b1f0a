import { pick } from '../data.ts';
import { NO, type Problem } from '../problem.ts';

/** The leading column is not given, and has three values: PostgreSQL 18 skips from one to the next. */
export const skipScanSuffices: Problem = {
  name: 'skip-scan-suffices',
  sort: 'honest no',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, state integer NOT NULL, customer_id integer NOT NULL, note text NOT NULL);
    INSERT INTO app.orders SELECT n, ${pick(3, 1)}, ${pick(50_000, 2)}, repeat('x', 60) FROM generate_series(1, 250000) n;
    CREATE INDEX orders_state_customer_id_idx ON app.orders (state, customer_id);`,
  query: 'SELECT id, note FROM app.orders WHERE customer_id = 4711',
  reference: null,
  expect: { outcomes: NO, kinds: ['none'] },
};
