import type { ObjectName } from '../../sql/object.ts';
import type { Session } from '../session.ts';

/** Where the catalog keeps an object: what `pg_depend` and `pg_identify_object` go by. */
export interface ObjectAddress {
  readonly classId: number;
  readonly objectId: number;
  /** The number of a column, else 0. */
  readonly subId: number;
}

/** Looks a name up as the server would for this session, through its search path. Null where there is no such object. */
export async function findObject(session: Session, object: ObjectName): Promise<ObjectAddress | null> {
  const { schema, name, args, on } = object;
  const lookup = LOOKUPS[object.what] ?? LOOKUPS[object.type];
  if (lookup === undefined) return null;
  const [row] = await session.query<ObjectAddress>(
    `WITH asked(schema, name, args, on_schema, on_name) AS (SELECT $1::text, $2::text, $3::text[], $4::text, $5::text)
     SELECT f.class::oid::int8::float8 AS "classId", f.oid::int8::float8 AS "objectId", f.sub AS "subId"
       FROM asked, LATERAL (${lookup}) AS f(class, oid, sub)`,
    [schema, name, args, on?.schema ?? null, on?.name ?? null],
  );
  return row ?? null;
}

/** Objects of one catalog that live in schemas: by the schema that is named, else the one that the search path shows. */
function inSchema(catalog: string, prefix: string, visible: string, more = ''): string {
  return `SELECT '${catalog}'::regclass, o.oid, 0
            FROM ${catalog} o JOIN pg_namespace n ON n.oid = o.${prefix}namespace
           WHERE o.${prefix}name = asked.name ${more}
             AND CASE WHEN asked.schema IS NULL THEN ${visible}(o.oid) ELSE n.nspname = asked.schema END`;
}

/** Objects of one catalog that only have a name. */
function byName(catalog: string, column: string): string {
  return `SELECT '${catalog}'::regclass, o.oid, 0 FROM ${catalog} o WHERE o.${column} = asked.name`;
}

const RELATION = inSchema('pg_class', 'rel', 'pg_table_is_visible');
const TYPE = inSchema('pg_type', 'typ', 'pg_type_is_visible');

const ON_RELATION = `(SELECT t.oid FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE t.relname = asked.on_name
    AND CASE WHEN asked.on_schema IS NULL THEN pg_table_is_visible(t.oid) ELSE n.nspname = asked.on_schema END)`;

const ON_DOMAIN = `(SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typname = asked.on_name
    AND CASE WHEN asked.on_schema IS NULL THEN pg_type_is_visible(t.oid) ELSE n.nspname = asked.on_schema END)`;

/** The catalog keeps argument types as oids; without brackets the name alone has to do, where it is the only one. */
const ARGUMENTS = `AND CASE WHEN asked.args IS NULL
    THEN 1 = (SELECT count(*) FROM pg_proc p WHERE p.proname = o.proname AND p.pronamespace = o.pronamespace)
    ELSE array_to_string(o.proargtypes::oid[], ' ')
       = (SELECT coalesce(string_agg(coalesce(to_regtype(a)::oid::text, '?'), ' ' ORDER BY place), '') FROM unnest(asked.args) WITH ORDINALITY AS u(a, place)) END`;

const OPERANDS = `AND o.oprleft = CASE asked.args[1] WHEN 'none' THEN 0 ELSE to_regtype(asked.args[1])::oid END
  AND o.oprright = CASE asked.args[2] WHEN 'none' THEN 0 ELSE to_regtype(asked.args[2])::oid END`;

const method = (column: string) =>
  `AND o.${column} = (SELECT m.oid FROM pg_am m WHERE m.amname = asked.args[1])`;

const ROLE = (name: string) =>
  `SELECT 'pg_authid'::regclass, o.oid, 0 FROM pg_roles o WHERE o.rolname = ${name}`;

/** By what the object is called, else by its type. Each query gives the catalog, the oid and the column's number. */
const LOOKUPS: Readonly<Record<string, string>> = {
  table: RELATION,
  index: RELATION,
  view: RELATION,
  'materialized-view': RELATION,
  sequence: RELATION,
  function: inSchema('pg_proc', 'pro', 'pg_function_is_visible', ARGUMENTS),
  type: TYPE,
  schema: byName('pg_namespace', 'nspname'),
  extension: byName('pg_extension', 'extname'),
  database: byName('pg_database', 'datname'),
  role: ROLE('asked.name'),
  current_user: ROLE('current_user'),
  current_role: ROLE('current_user'),
  session_user: ROLE('session_user'),
  trigger: `SELECT 'pg_trigger'::regclass, o.oid, 0 FROM pg_trigger o
             WHERE o.tgname = asked.name AND o.tgrelid = ${ON_RELATION}`,
  policy: `SELECT 'pg_policy'::regclass, o.oid, 0 FROM pg_policy o
            WHERE o.polname = asked.name AND o.polrelid = ${ON_RELATION}`,
  rule: `SELECT 'pg_rewrite'::regclass, o.oid, 0 FROM pg_rewrite o
          WHERE o.rulename = asked.name AND o.ev_class = ${ON_RELATION}`,
  constraint: `SELECT 'pg_constraint'::regclass, o.oid, 0 FROM pg_constraint o
                WHERE o.conname = asked.name AND o.conrelid = ${ON_RELATION}`,
  'domain constraint': `SELECT 'pg_constraint'::regclass, o.oid, 0 FROM pg_constraint o
                         WHERE o.conname = asked.name AND o.contypid = ${ON_DOMAIN}`,
  column: `SELECT 'pg_class'::regclass, o.attrelid, o.attnum::int FROM pg_attribute o
            WHERE o.attname = asked.name AND o.attrelid = ${ON_RELATION} AND NOT o.attisdropped`,
  statistics: inSchema('pg_statistic_ext', 'stx', 'pg_statistics_obj_is_visible'),
  publication: byName('pg_publication', 'pubname'),
  subscription: `SELECT 'pg_subscription'::regclass, o.oid, 0 FROM pg_subscription o
                  WHERE o.subname = asked.name AND o.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  tablespace: byName('pg_tablespace', 'spcname'),
  language: byName('pg_language', 'lanname'),
  server: byName('pg_foreign_server', 'srvname'),
  'foreign-data wrapper': byName('pg_foreign_data_wrapper', 'fdwname'),
  'event trigger': byName('pg_event_trigger', 'evtname'),
  'access method': byName('pg_am', 'amname'),
  parameter: byName('pg_parameter_acl', 'parname'),
  collation: inSchema('pg_collation', 'coll', 'pg_collation_is_visible'),
  conversion: inSchema('pg_conversion', 'con', 'pg_conversion_is_visible'),
  'text search configuration': inSchema('pg_ts_config', 'cfg', 'pg_ts_config_is_visible'),
  'text search dictionary': inSchema('pg_ts_dict', 'dict', 'pg_ts_dict_is_visible'),
  'text search parser': inSchema('pg_ts_parser', 'prs', 'pg_ts_parser_is_visible'),
  'text search template': inSchema('pg_ts_template', 'tmpl', 'pg_ts_template_is_visible'),
  operator: inSchema('pg_operator', 'opr', 'pg_operator_is_visible', OPERANDS),
  'operator class': inSchema('pg_opclass', 'opc', 'pg_opclass_is_visible', method('opcmethod')),
  'operator family': inSchema('pg_opfamily', 'opf', 'pg_opfamily_is_visible', method('opfmethod')),
  cast: `SELECT 'pg_cast'::regclass, o.oid, 0 FROM pg_cast o
          WHERE o.castsource = to_regtype(asked.args[1]) AND o.casttarget = to_regtype(asked.args[2])`,
  transform: `SELECT 'pg_transform'::regclass, o.oid, 0 FROM pg_transform o
                JOIN pg_language l ON l.oid = o.trflang AND l.lanname = asked.args[2]
               WHERE o.trftype = to_regtype(asked.args[1])`,
  'large object': `SELECT 'pg_largeobject'::regclass, o.oid, 0 FROM pg_largeobject_metadata o WHERE o.oid::text = asked.name`,
  'user mapping': `SELECT 'pg_user_mapping'::regclass, o.umid, 0 FROM pg_user_mappings o
                    WHERE o.usename = asked.name AND o.srvname = asked.args[1]`,
};
