const identity = (catalog: string, oid: string) =>
  `(SELECT i.identity FROM pg_identify_object('${catalog}'::regclass, ${oid}, 0) i)`;

/** A list of descriptions in an order that no locale changes. */
export const sorted = (what: string, by: string, from: string) =>
  `(SELECT coalesce(jsonb_agg(${what} ORDER BY ${by}), '[]') FROM ${from})`;

const COLUMNS = sorted(
  `jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
     'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated, 'identity', a.attidentity,
     'collation', ${identity('pg_collation', 'nullif(a.attcollation, 0)')}, 'storage', a.attstorage, 'compression', a.attcompression,
     'options', a.attoptions, 'foreignOptions', a.attfdwoptions, 'acl', a.attacl::text[], 'local', a.attislocal, 'inherited', a.attinhcount)`,
  'a.attnum',
  `pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`,
);

const CONSTRAINTS = sorted(
  `jsonb_build_object('name', k.conname, 'on', ${identity('pg_class', 'k.conrelid')}, 'definition', pg_get_constraintdef(k.oid),
     'validated', k.convalidated, 'local', k.conislocal, 'inherited', k.coninhcount)`,
  'k.oid',
  // With the foreign keys of other tables that refer to it.
  'pg_constraint k WHERE k.conrelid = c.oid OR k.confrelid = c.oid',
);

const INDEXES = sorted(
  `jsonb_build_object('oid', x.indexrelid, 'definition', pg_get_indexdef(x.indexrelid), 'valid', x.indisvalid, 'ready', x.indisready,
     'live', x.indislive, 'replicaIdentity', x.indisreplident, 'clustered', x.indisclustered)`,
  'x.indexrelid',
  'pg_index x WHERE x.indrelid = c.oid OR x.indexrelid = c.oid',
);

const TRIGGERS = sorted(
  `jsonb_build_object('definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled)`,
  't.oid',
  'pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal',
);

const RULES = sorted(
  `jsonb_build_object('definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled)`,
  'r.oid',
  // A view's own rule is its definition.
  `pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'`,
);

const POLICIES = sorted(
  `jsonb_build_object('name', p.polname, 'command', p.polcmd, 'permissive', p.polpermissive,
     'roles', ARRAY(SELECT CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END FROM unnest(p.polroles) AS role),
     'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))`,
  'p.oid',
  'pg_policy p WHERE p.polrelid = c.oid',
);

const relatives = (self: string, other: string) =>
  sorted(
    `jsonb_build_array(h.${other}, ${identity('pg_class', `h.${other}`)}, h.inhdetachpending)`,
    `h.${other}`,
    `pg_inherits h WHERE h.${self} = c.oid`,
  );

/** All that makes a relation what it is, of whatever kind; nothing that changes by itself. */
export const RELATION_DESCRIPTION = `
  SELECT jsonb_build_object(
           'oid', c.oid, 'identity', ${identity('pg_class', 'c.oid')}, 'kind', c.relkind, 'owner', pg_get_userbyid(c.relowner),
           'acl', c.relacl::text[], 'persistence', c.relpersistence, 'options', c.reloptions,
           'method', (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam),
           'tablespace', (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
           'rowSecurity', jsonb_build_array(c.relrowsecurity, c.relforcerowsecurity), 'replicaIdentity', c.relreplident,
           'populated', c.relispopulated, 'rowType', nullif(c.reloftype, 0)::regtype::text,
           'partitionKey', pg_get_partkeydef(c.oid), 'bound', pg_get_expr(c.relpartbound, c.oid),
           'parents', ${relatives('inhrelid', 'inhparent')}, 'children', ${relatives('inhparent', 'inhrelid')},
           'columns', ${COLUMNS}, 'constraints', ${CONSTRAINTS}, 'indexes', ${INDEXES}, 'triggers', ${TRIGGERS},
           'rules', ${RULES}, 'policies', ${POLICIES},
           'view', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
           'sequence', (SELECT to_jsonb(q) FROM pg_sequence q WHERE q.seqrelid = c.oid),
           'foreign', (SELECT to_jsonb(f) FROM pg_foreign_table f WHERE f.ftrelid = c.oid),
           'statistics', ${sorted('pg_get_statisticsobjdef(e.oid)', 'e.oid', 'pg_statistic_ext e WHERE e.stxrelid = c.oid')}) AS description
    FROM pg_class c WHERE c.oid = $1::oid`;
