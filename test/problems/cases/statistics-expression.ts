import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** Of an expression the planner knows nothing, and guesses half a percent: it is nine tenths. */
export const statisticsExpression: Problem = {
  name: 'statistics-expression',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.orders (id bigint PRIMARY KEY, code text NOT NULL, customer_id integer NOT NULL);
    CREATE TABLE app.lines (id bigint PRIMARY KEY, order_id bigint NOT NULL, amount integer NOT NULL, note text NOT NULL);
    INSERT INTO app.orders
    SELECT n, CASE WHEN n % 10 = 0 THEN 'B' ELSE 'A' END || md5(n::text), ${pick(1_000, 1)} FROM generate_series(1, 60000) n;
    INSERT INTO app.lines SELECT n, 1 + ${pick(60_000, 2)}, ${pick(9, 3)}, repeat('x', 40) FROM generate_series(1, 200000) n;
    CREATE INDEX lines_order_id_idx ON app.lines (order_id);`,
  query: `SELECT count(*), sum(l.amount) FROM app.orders o JOIN app.lines l ON l.order_id = o.id
WHERE left(o.code, 1) = 'A'`,
  fields: ['**Constraint**: no new index'],
  reference: {
    sql: [
      'CREATE STATISTICS app.orders_code_prefix ON (left(code, 1)) FROM app.orders',
      'ANALYZE app.orders',
    ],
    saves: 0.3,
  },
  expect: { outcomes: [...BUILT, 'handed-over'], kinds: ['statistics', 'setting', 'rewrite'] },
};
