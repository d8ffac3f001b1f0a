import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The rows of a customer lie in as many pages: only an index that has all columns saves them. */
export const indexInclude: Problem = {
  name: 'index-include',
  sort: 'index',
  setup: `
    CREATE TABLE app.payments (
      id bigint PRIMARY KEY, customer_id integer NOT NULL, amount_cents integer NOT NULL, note text NOT NULL);
    INSERT INTO app.payments SELECT n, ${pick(40, 1)}, ${pick(90_000, 2)}, repeat('x', 300) FROM generate_series(1, 200000) n;
    CREATE INDEX payments_customer_id_idx ON app.payments (customer_id);`,
  query: 'SELECT sum(amount_cents) FROM app.payments WHERE customer_id = $1',
  params: [[7], [23]],
  reference: {
    sql: ['CREATE INDEX ON app.payments (customer_id) INCLUDE (amount_cents)', 'VACUUM app.payments'],
  },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
