REVOKE EXECUTE ON FUNCTION pgbouncer.user_lookup(text) FROM pgbouncer_auth;
DROP FUNCTION pgbouncer.user_lookup(text);
REVOKE USAGE ON SCHEMA pgbouncer FROM pgbouncer_auth;
DROP SCHEMA pgbouncer;
REVOKE CONNECT ON DATABASE postgres FROM pgbouncer_auth;
DROP ROLE pgbouncer_auth;
