/** The application's tables without the indexes that its queries want, as large as asked for. */
export function appSql(rows: { readonly orders: number; readonly lines: number }): string {
  return `
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
    FROM generate_series(1, ${rows.orders}) AS n;
  CREATE TABLE app.lines (order_id bigint NOT NULL, sku text NOT NULL, amount integer NOT NULL);
  INSERT INTO app.lines
  SELECT 1 + n % ${rows.orders}, 'sku-' || n % 500, n % 9 FROM generate_series(1, ${rows.lines}) AS n;
`;
}
