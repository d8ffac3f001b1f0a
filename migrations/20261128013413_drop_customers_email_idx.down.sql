-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 2.2: Drop the duplicate index on customers.email
-- Reason: proposed by the item
-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on
-- Runs outside a transaction block, alone in its file.
CREATE INDEX CONCURRENTLY customers_email_idx ON shop.customers USING btree (email);
