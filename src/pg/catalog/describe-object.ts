import { RELATION_DESCRIPTION, sorted } from './describe-relation.ts';

/** What depends on an object by the given condition, by identity. */
const members = (condition: string) =>
  sorted(
    'jsonb_build_array(i.type, i.identity, d.objid)',
    'i.type COLLATE "C", i.identity COLLATE "C", d.objid, d.objsubid',
    `pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) i WHERE ${condition}`,
  );

const settings = (condition: string) =>
  sorted('to_jsonb(s)', 's.setdatabase, s.setrole', `pg_db_role_setting s WHERE ${condition}`);

/** The row of a small catalog as it stands: there all columns are definition. */
const wholeRow = (catalog: string) =>
  `SELECT to_jsonb(o) AS description FROM ${catalog} o WHERE o.oid = $1::oid`;

const FUNCTION = `
  SELECT jsonb_build_object('oid', o.oid, 'kind', o.prokind, 'owner', pg_get_userbyid(o.proowner), 'acl', o.proacl::text[],
           'arguments', pg_get_function_identity_arguments(o.oid), 'result', pg_get_function_result(o.oid),
           'definition', CASE WHEN o.prokind <> 'a' THEN pg_get_functiondef(o.oid) END,
           'aggregate', (SELECT to_jsonb(a) FROM pg_aggregate a WHERE a.aggfnoid = o.oid)) AS description
    FROM pg_proc o WHERE o.oid = $1::oid`;

const TYPE = `
  SELECT jsonb_build_object('oid', o.oid, 'kind', o.typtype, 'owner', pg_get_userbyid(o.typowner), 'acl', o.typacl::text[],
           'base', format_type(o.typbasetype, o.typtypmod), 'notNull', o.typnotnull, 'default', o.typdefault,
           'labels', ${sorted('e.enumlabel', 'e.enumsortorder', 'pg_enum e WHERE e.enumtypid = o.oid')},
           'constraints', ${sorted(`jsonb_build_array(k.conname, pg_get_constraintdef(k.oid), k.convalidated)`, 'k.oid', 'pg_constraint k WHERE k.contypid = o.oid')},
           'attributes', ${sorted(`jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod))`, 'a.attnum', 'pg_attribute a WHERE a.attrelid = o.typrelid AND a.attnum > 0 AND NOT a.attisdropped')},
           'range', (SELECT to_jsonb(r) FROM pg_range r WHERE r.rngtypid = o.oid)) AS description
    FROM pg_type o WHERE o.oid = $1::oid`;

const SCHEMA = `
  SELECT jsonb_build_object('oid', o.oid, 'owner', pg_get_userbyid(o.nspowner), 'acl', o.nspacl::text[],
           'objects', ${members(`d.refclassid = 'pg_namespace'::regclass AND d.refobjid = o.oid`)}) AS description
    FROM pg_namespace o WHERE o.oid = $1::oid`;

const EXTENSION = `
  SELECT jsonb_build_object('oid', o.oid, 'owner', pg_get_userbyid(o.extowner), 'version', o.extversion, 'schema', o.extnamespace::regnamespace::text,
           'objects', ${members(`d.refclassid = 'pg_extension'::regclass AND d.refobjid = o.oid AND d.deptype = 'e'`)}) AS description
    FROM pg_extension o WHERE o.oid = $1::oid`;

const ROLE = `
  SELECT to_jsonb(o) || jsonb_build_object(
           'settings', ${settings('s.setrole = o.oid')},
           'memberships', ${sorted('to_jsonb(m)', 'm.roleid, m.member, m.grantor', 'pg_auth_members m WHERE m.roleid = o.oid OR m.member = o.oid')},
           'objects', ${sorted(
             'jsonb_build_array(d.dbid, d.classid, d.objid, d.objsubid, d.deptype)',
             'd.dbid, d.classid, d.objid, d.objsubid, d.deptype',
             `pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = o.oid`,
           )}) AS description
    FROM pg_roles o WHERE o.oid = $1::oid`;

const DATABASE = `
  SELECT jsonb_build_object('oid', o.oid, 'name', o.datname, 'owner', pg_get_userbyid(o.datdba), 'acl', o.datacl::text[], 'encoding', o.encoding,
           'collate', o.datcollate, 'ctype', o.datctype, 'provider', o.datlocprovider, 'locale', o.datlocale, 'template', o.datistemplate,
           'connections', jsonb_build_array(o.datallowconn, o.datconnlimit), 'tablespace', o.dattablespace,
           'settings', ${settings('s.setdatabase = o.oid')}) AS description
    FROM pg_database o WHERE o.oid = $1::oid`;

const POLICY = `
  SELECT jsonb_build_object('oid', o.oid, 'name', o.polname, 'command', o.polcmd) AS description FROM pg_policy o WHERE o.oid = $1::oid`;

const PUBLICATION = `
  SELECT to_jsonb(o) || jsonb_build_object('owner', pg_get_userbyid(o.pubowner),
           'tables', ${sorted(`jsonb_build_array(r.prrelid, pg_get_expr(r.prqual, r.prrelid), r.prattrs::text)`, 'r.prrelid', 'pg_publication_rel r WHERE r.prpubid = o.oid')},
           'schemas', ${sorted('n.pnnspid', 'n.pnnspid', 'pg_publication_namespace n WHERE n.pnpubid = o.oid')}) AS description
    FROM pg_publication o WHERE o.oid = $1::oid`;

/** Without the connection string, which only a superuser may read. */
const SUBSCRIPTION = `
  SELECT jsonb_build_object('oid', o.oid, 'owner', pg_get_userbyid(o.subowner), 'name', o.subname, 'enabled', o.subenabled,
           'slot', o.subslotname, 'publications', o.subpublications, 'twoPhase', o.subtwophasestate) AS description
    FROM pg_subscription o WHERE o.oid = $1::oid`;

const SEARCH_CONFIGURATION = `
  SELECT to_jsonb(o) || jsonb_build_object('map', ${sorted('to_jsonb(m)', 'm.maptokentype, m.mapseqno', 'pg_ts_config_map m WHERE m.mapcfg = o.oid')}) AS description
    FROM pg_ts_config o WHERE o.oid = $1::oid`;

/** By catalog: a query that describes the object with the oid `$1`, all that an approver may have looked at. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  pg_class: RELATION_DESCRIPTION,
  pg_proc: FUNCTION,
  pg_type: TYPE,
  pg_namespace: SCHEMA,
  pg_extension: EXTENSION,
  pg_authid: ROLE,
  pg_database: DATABASE,
  pg_constraint: `
    SELECT jsonb_build_object('oid', o.oid, 'name', o.conname, 'definition', pg_get_constraintdef(o.oid), 'validated', o.convalidated) AS description
      FROM pg_constraint o WHERE o.oid = $1::oid`,
  pg_trigger: `
    SELECT jsonb_build_object('oid', o.oid, 'definition', pg_get_triggerdef(o.oid), 'enabled', o.tgenabled) AS description
      FROM pg_trigger o WHERE o.oid = $1::oid`,
  pg_rewrite: `
    SELECT jsonb_build_object('oid', o.oid, 'definition', pg_get_ruledef(o.oid), 'enabled', o.ev_enabled) AS description
      FROM pg_rewrite o WHERE o.oid = $1::oid`,
  pg_policy: POLICY,
  pg_statistic_ext: `
    SELECT jsonb_build_object('oid', o.oid, 'owner', pg_get_userbyid(o.stxowner), 'definition', pg_get_statisticsobjdef(o.oid), 'target', o.stxstattarget) AS description
      FROM pg_statistic_ext o WHERE o.oid = $1::oid`,
  pg_publication: PUBLICATION,
  pg_subscription: SUBSCRIPTION,
  pg_ts_config: SEARCH_CONFIGURATION,
  pg_largeobject: wholeRow('pg_largeobject_metadata'),
  // Options only for those who may see them.
  pg_user_mapping: 'SELECT to_jsonb(o) AS description FROM pg_user_mappings o WHERE o.umid = $1::oid',
  ...Object.fromEntries(
    [
      'pg_tablespace',
      'pg_language',
      'pg_foreign_server',
      'pg_foreign_data_wrapper',
      'pg_event_trigger',
      'pg_am',
      'pg_parameter_acl',
      'pg_collation',
      'pg_conversion',
      'pg_ts_dict',
      'pg_ts_parser',
      'pg_ts_template',
      'pg_operator',
      'pg_opclass',
      'pg_opfamily',
      'pg_cast',
      'pg_transform',
    ].map((catalog) => [catalog, wholeRow(catalog)]),
  ),
};
