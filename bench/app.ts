import { appSql } from '../test/support/app-sql.ts';

/**
 * An application's tables without the indexes that its queries want, large enough for its statements to be slow: some
 * hundreds of milliseconds each, as slow statements are. What a run costs beside them hardly depends on that.
 */
export const APP = appSql({ orders: 3_000_000, lines: 4_000_000 });

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
