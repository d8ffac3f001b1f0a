import { quoteName } from '../../sql/quote.ts';

/** One statement with what takes it back. */
export interface AuthStep {
  readonly up: string;
  /** Null where what was made before goes with all of it. */
  readonly down: string | null;
}

/**
 * What PgBouncer needs in a database to look up passwords: a role that may call one function. The function runs as its
 * owner, who must be able to read `pg_authid`, and returns no row for superusers, roles that replicate, roles that may
 * not log in, and passwords that have expired. The role gets no password here: a person sets it with `\password`.
 * @param existing the role is the server's and the schema may be somebody's: what is there is neither made nor dropped
 */
export function authSteps(
  role: string,
  database: string,
  existing: { readonly role: boolean; readonly schema: boolean },
): readonly AuthStep[] {
  const name = quoteName(role);
  return [
    ...(existing.role ? [] : [{ up: `CREATE ROLE ${name} LOGIN NOINHERIT`, down: `DROP ROLE ${name}` }]),
    {
      up: `GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${name}`,
      down: `REVOKE CONNECT ON DATABASE ${quoteName(database)} FROM ${name}`,
    },
    ...(existing.schema ? [] : [{ up: 'CREATE SCHEMA pgbouncer', down: 'DROP SCHEMA pgbouncer' }]),
    {
      up: `GRANT USAGE ON SCHEMA pgbouncer TO ${name}`,
      down: `REVOKE USAGE ON SCHEMA pgbouncer FROM ${name}`,
    },
    { up: LOOKUP, down: 'DROP FUNCTION pgbouncer.user_lookup(text)' },
    // On the way back it stays closed to everybody until it is gone.
    { up: 'REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC', down: null },
    {
      up: `GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO ${name}`,
      down: `REVOKE EXECUTE ON FUNCTION pgbouncer.user_lookup(text) FROM ${name}`,
    },
  ];
}

const LOOKUP = `CREATE FUNCTION pgbouncer.user_lookup(wanted text) RETURNS TABLE (name text, secret text)
LANGUAGE sql STABLE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT rolname::text, rolpassword
    FROM pg_authid
   WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
     AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
$$`;
