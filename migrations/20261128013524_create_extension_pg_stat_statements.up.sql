-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 3.3: Set up slow-query monitoring
-- Reason: nothing counts what statements cost: pg_stat_statements is not created in this database
-- Lock: unknown
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
