import type { Session } from '../session.ts';

/** Who can do what to the table of allowed signers, and to what it stands in; roles by name. */
export interface AllowedSignersFacts {
  readonly tableOwner: string;
  readonly schemaOwner: string;
  /** `p` is permanent, `u` unlogged. */
  readonly persistence: string;
  /** As `pg_class` has it: `r` is an ordinary table. */
  readonly relationKind: string;
  readonly rowSecurity: boolean;
  readonly inherits: boolean;
  /** Foreign keys of it and onto it are triggers too. */
  readonly triggers: boolean;
  /** Views and rules that read or write it, and rules of its own. */
  readonly rewritten: boolean;
  /** Whether the columns are the three that are read, each stored text. */
  readonly columnsAsExpected: boolean;
  readonly readable: boolean;
  /** Roles that the connected one is, or is a member of on whatever terms, that own the table or the schema. */
  readonly ownerRoles: readonly string[];
  /** … that may change the table's rows or what hangs on it, or create in the schema. */
  readonly writerRoles: readonly string[];
  /** … with attributes, memberships or grants that lead around every privilege. */
  readonly powerfulRoles: readonly string[];
  /** Roles other than the owner that were granted more than reading. */
  readonly grantees: readonly string[];
  /** Functions that run as the table's owner, which is no superuser, whoever calls them. */
  readonly ownersFunctions: readonly string[];
}

export interface AllowedSignerRow {
  readonly principal: string;
  readonly key: string;
  readonly options: string;
}

/**
 * Reads, in one snapshot, what decides whether the table is out of the connected role's reach, and its rows where
 * `accepts` says so; null where there is no such table. The names of the catalog mean the catalog's own: the role could
 * have set a search path on which functions and operators of its making come first.
 */
export async function readAllowedSigners(
  session: Session,
  accepts: (facts: AllowedSignersFacts) => boolean,
): Promise<{ facts: AllowedSignersFacts; rows: readonly AllowedSignerRow[] } | null> {
  await session.control('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await session.query('SET LOCAL search_path TO pg_catalog, pg_temp');
    const [catalog] = await session.query<{ parameters: boolean }>(
      `SELECT to_regclass('pg_parameter_acl') IS NOT NULL AS parameters`,
    );
    const powerful = catalog?.parameters === false ? POWERFUL : `${POWERFUL} OR ${POWERFUL_BY_PARAMETER}`;
    const [facts] = await session.query<AllowedSignersFacts>(factsSql(powerful));
    if (facts === undefined) return null;
    return { facts, rows: accepts(facts) ? await session.query<AllowedSignerRow>(ROWS) : [] };
  } finally {
    await session.control('ROLLBACK');
  }
}

const ROWS = `
  SELECT principal, key, options
    FROM ONLY pitstop_approval.allowed_signer
   ORDER BY principal COLLATE "C", key COLLATE "C"`;

/** Roles with these act as the server, its superuser or every table's owner. */
const POWERFUL = `
  r.rolsuper OR r.rolcreaterole OR r.rolreplication
  OR r.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
  OR has_function_privilege(r.oid, 'pg_catalog.lo_export(oid, text)', 'EXECUTE')`;

/** Since 15 single settings can be granted. */
const POWERFUL_BY_PARAMETER = `
  EXISTS (SELECT FROM pg_parameter_acl p, aclexplode(p.paracl) g
           WHERE g.grantee IN (r.oid, 0)
             AND (g.privilege_type = 'ALTER SYSTEM'
                  OR p.parname IN ('session_preload_libraries', 'dynamic_library_path', 'extension_control_path')))`;

/**
 * `MEMBER` counts memberships without INHERIT or SET as well: who has ADMIN of them can give itself those. The session's
 * role counts beside the current one, since RESET ROLE goes back to it.
 */
const factsSql = (powerful: string) => `
  WITH list AS (
    SELECT c.oid, c.relowner, c.relacl, c.relkind, c.relpersistence, c.relrowsecurity OR c.relforcerowsecurity AS secured,
           n.oid AS schema, n.nspowner, n.nspacl
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'pitstop_approval' AND c.relname = 'allowed_signer'
  ), role AS (
    SELECT r.* FROM pg_roles r
     WHERE pg_has_role(session_user, r.oid, 'MEMBER') OR pg_has_role(current_user, r.oid, 'MEMBER')
  )
  SELECT pg_get_userbyid(relowner)::text AS "tableOwner",
         pg_get_userbyid(nspowner)::text AS "schemaOwner",
         relkind::text AS "relationKind",
         relpersistence::text AS "persistence",
         secured AS "rowSecurity",
         EXISTS (SELECT FROM pg_inherits i WHERE list.oid IN (i.inhrelid, i.inhparent)) AS "inherits",
         EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = list.oid) AS "triggers",
         EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = list.oid)
           OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass
                         AND d.refclassid = 'pg_class'::regclass AND d.refobjid = list.oid) AS "rewritten",
         ARRAY(SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = list.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.atttypid = 'text'::regtype AND a.attgenerated = ''
                ORDER BY a.attname) @> '{key,options,principal}' AS "columnsAsExpected",
         has_schema_privilege(schema, 'USAGE') AND has_table_privilege(list.oid, 'SELECT') AS "readable",
         ARRAY(SELECT r.rolname::text FROM role r WHERE r.oid IN (relowner, nspowner) ORDER BY 1) AS "ownerRoles",
         ARRAY(SELECT r.rolname::text FROM role r
                WHERE has_table_privilege(r.oid, list.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                   OR has_any_column_privilege(r.oid, list.oid, 'INSERT, UPDATE, REFERENCES')
                   OR has_schema_privilege(r.oid, schema, 'CREATE')
                ORDER BY 1) AS "writerRoles",
         ARRAY(SELECT r.rolname::text FROM role r WHERE ${powerful} ORDER BY 1) AS "powerfulRoles",
         ARRAY(SELECT DISTINCT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END
                 FROM (SELECT relacl AS acl UNION ALL
                       SELECT a.attacl FROM pg_attribute a WHERE a.attrelid = list.oid) acls, aclexplode(acl) g
                WHERE g.grantee <> relowner AND g.privilege_type NOT IN ('SELECT', 'MAINTAIN')
                ORDER BY 1) AS "grantees",
         ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner
                WHERE p.prosecdef AND p.proowner IN (relowner, nspowner) AND NOT o.rolsuper
                ORDER BY 1) AS "ownersFunctions"
    FROM list`;
