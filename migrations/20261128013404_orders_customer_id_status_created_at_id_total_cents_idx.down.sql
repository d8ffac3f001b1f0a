-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 1.1: Speed up the order history in the customer's account
-- Reason: finds rows of orders by customer_id, status, in the order of created_at DESC; has id, total_cents beside, so that the table need not be read
-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on
-- Runs outside a transaction block, alone in its file.
DROP INDEX CONCURRENTLY IF EXISTS shop.orders_customer_id_status_created_at_id_total_cents_idx;
