-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 1.2: Speed up the weekly refund report
-- Reason: finds rows of orders by status, then by created_at; has total_cents beside, so that the table need not be read
-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on
-- Runs outside a transaction block, alone in its file.
CREATE INDEX CONCURRENTLY orders_status_created_at_total_cents_idx ON shop.orders (status, created_at) INCLUDE (total_cents);
