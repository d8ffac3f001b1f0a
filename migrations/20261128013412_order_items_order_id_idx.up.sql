-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item T003: Speed up the packing slip
-- Reason: finds rows of i by order_id (looked up from o)
-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on
-- Runs outside a transaction block, alone in its file.
CREATE INDEX CONCURRENTLY order_items_order_id_idx ON shop.order_items (order_id);
