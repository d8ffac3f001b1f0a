import { readFile } from 'node:fs/promises';

const SHOP = new URL('shop.sql', import.meta.url);

/** The checklist of the shop's problems, nothing of it done yet. */
export const SHOP_TASK_FILE = new URL('tasks-0001-database-performance.md', import.meta.url);

/** Fills a database with the demo shop, in one transaction: 600,000 orders, 190 MB, always the same rows. */
export async function loadShop(runScript: (sql: string) => Promise<void>): Promise<void> {
  await runScript(await readFile(SHOP, 'utf8'));
  // Here and now, or autovacuum would find the new tables a minute later, in the middle of somebody's measurement.
  await runScript('VACUUM (ANALYZE) shop.customers, shop.products, shop.orders, shop.order_items');
}
