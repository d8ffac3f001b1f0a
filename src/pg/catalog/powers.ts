import type { Session } from '../session.ts';

/** What the session's role can do to the database, by itself or as a role that it may become. */
export interface RolePowers {
  readonly role: string;
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly replication: boolean;
  readonly bypassRowSecurity: boolean;
  /** Of the predefined roles that reach beyond rows: `pg_execute_server_program`. */
  readonly memberships: readonly string[];
  readonly ownsDatabase: boolean;
  /** Tables, views and sequences of the database's users: `schema.name`, the first ones, and how many. */
  readonly owned: Names;
  /** Those that it can write to, also in single columns; of sequences, those that it can advance. */
  readonly writable: Names;
  /** Schemas that it can create in; the database counts as `(new schemas)`. */
  readonly creates: Names;
  /** Functions of others that run with their owner's rights, and that it may call. */
  readonly definers: Names;
}

export interface Names {
  readonly first: readonly string[];
  readonly count: number;
}

/**
 * Membership counts as `MEMBER`: what a role does not inherit, it may get with SET ROLE, or grant to itself. Privileges of
 * PUBLIC count as its own. Objects of extensions count like others.
 */
export async function readPowers(session: Session): Promise<RolePowers> {
  const [row] = await session.query<RolePowers>(POWERS, [DANGEROUS]);
  if (row === undefined) throw new Error('pg_roles has no row for the current role');
  return row;
}

const DANGEROUS = [
  'pg_execute_server_program',
  'pg_write_server_files',
  'pg_read_server_files',
  'pg_write_all_data',
  'pg_maintain',
  'pg_signal_backend',
  'pg_create_subscription',
];

const names = (list: string) =>
  `(SELECT jsonb_build_object('first', coalesce(jsonb_agg(name ORDER BY name) FILTER (WHERE position <= 5), '[]'), 'count', count(*))
      FROM (SELECT name, row_number() OVER (ORDER BY name) AS position FROM (${list}) AS found) AS numbered)`;

const POWERS = `
  WITH becomes AS MATERIALIZED (
    SELECT oid FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
  ), relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, c.relowner, n.nspname || '.' || c.relname AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
  )
  SELECT r.rolname::text AS role,
         r.rolsuper AS superuser,
         r.rolcreaterole AS "createRole",
         r.rolcreatedb AS "createDatabase",
         r.rolreplication AS replication,
         r.rolbypassrls AS "bypassRowSecurity",
         ARRAY(SELECT g.rolname::text FROM pg_roles g JOIN becomes USING (oid)
                WHERE g.rolname = ANY ($1::text[]) ORDER BY 1) AS memberships,
         EXISTS (SELECT FROM pg_database d JOIN becomes b ON b.oid = d.datdba WHERE d.datname = current_database()) AS "ownsDatabase",
         ${names('SELECT name FROM relation JOIN becomes b ON b.oid = relowner')} AS owned,
         ${names(`
           SELECT name FROM relation
            WHERE EXISTS (SELECT FROM becomes b
                           WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(b.oid, relation.oid, 'USAGE, UPDATE')
                                      ELSE has_table_privilege(b.oid, relation.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN')
                                           OR has_any_column_privilege(b.oid, relation.oid, 'INSERT, UPDATE') END)`)} AS writable,
         ${names(`
           SELECT nspname::text AS name FROM pg_namespace n
            WHERE nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast%'
              AND EXISTS (SELECT FROM becomes b WHERE has_schema_privilege(b.oid, n.oid, 'CREATE'))
           UNION ALL
           SELECT '(new schemas)' WHERE EXISTS (SELECT FROM becomes b WHERE has_database_privilege(b.oid, current_database(), 'CREATE'))`)} AS creates,
         ${names(`
           SELECT n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND NOT EXISTS (SELECT FROM becomes b WHERE b.oid = p.proowner)
              AND EXISTS (SELECT FROM becomes b WHERE has_function_privilege(b.oid, p.oid, 'EXECUTE')
                                                  AND has_schema_privilege(b.oid, n.oid, 'USAGE'))`)} AS definers
    FROM pg_roles r
   WHERE r.rolname = current_user`;
