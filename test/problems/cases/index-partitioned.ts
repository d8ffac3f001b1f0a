import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The index has to be on every partition, and on the parent, so that later partitions get it. */
export const indexPartitioned: Problem = {
  name: 'index-partitioned',
  sort: 'index',
  setup: `
    CREATE TABLE app.orders (id bigint NOT NULL, customer_id integer NOT NULL, ordered_on date NOT NULL, note text NOT NULL)
      PARTITION BY RANGE (ordered_on);
    CREATE TABLE app.orders_q1 PARTITION OF app.orders FOR VALUES FROM ('2026-01-01') TO ('2026-04-01');
    CREATE TABLE app.orders_q2 PARTITION OF app.orders FOR VALUES FROM ('2026-04-01') TO ('2026-07-01');
    CREATE TABLE app.orders_q3 PARTITION OF app.orders FOR VALUES FROM ('2026-07-01') TO ('2026-10-01');
    INSERT INTO app.orders
    SELECT n, ${pick(20_000, 1)}, date '2026-01-01' + ${pick(270, 2)}, repeat('x', 60) FROM generate_series(1, 250000) n;`,
  query: 'SELECT id, ordered_on FROM app.orders WHERE customer_id = $1',
  params: [[4711], [12]],
  reference: { sql: ['CREATE INDEX ON app.orders (customer_id)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
