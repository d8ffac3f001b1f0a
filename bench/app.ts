/**
 * An application's tables without the indexes that its queries want, large enough for its statements to be slow: some
 * hundreds of milliseconds each, as slow statements are. What a run costs beside them hardly depends on that.
 */
export const APP = `
  CREATE SCHEMA app;
  CREATE TABLE app.orders (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    note text);
  INSERT INTO app.orders
  SELECT n, n * 7919::bigint % 4000, (ARRAY['new', 'paid', 'sent', 'done'])[1 + n % 4],
         timestamptz '2026-01-01 00:00+00' + n * interval '1 minute', repeat('x', 40)
    FROM generate_series(1, 3000000) AS n;
  CREATE TABLE app.lines (order_id bigint NOT NULL, sku text NOT NULL, amount integer NOT NULL);
  INSERT INTO app.lines SELECT 1 + n % 3000000, 'sku-' || n % 500, n % 9 FROM generate_series(1, 4000000) AS n;
`;

/** The items of its task file. */
export const SLOW_ITEMS = [
  item('1.1', 'SELECT id, status FROM app.orders WHERE customer_id = 1234'),
  item(
    '1.2',
    "SELECT id FROM app.orders WHERE created_at < '2026-01-01 06:00+00' ORDER BY created_at DESC LIMIT 20",
  ),
  item('1.3', 'SELECT sku, amount FROM app.lines WHERE order_id = 4711'),
];

function item(id: string, query: string): string {
  return `- [ ] ${id} Speed up query ${id}\n  - **Query**: \`${query}\`\n`;
}
