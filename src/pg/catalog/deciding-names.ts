import { keyOf, type NameFacts, type ReachedFunction } from '../../gate/name-facts.ts';
import { namesOfBody } from '../../gate/reached.ts';
import { decidingNames, type DecidingName } from '../../sql/deciding-names.ts';
import type { Session } from '../session.ts';

/** How deep functions that call functions are followed: one query each. */
const DEEPEST = 4;

/**
 * Looks up what the names of a text lead to: functions that are not the server's own, called, or behind an operator, a
 * cast, a view, a rule, a policy, a trigger, a default, a constraint, an index. What an extension brought counts as the
 * server's own, except where it is called by its name. One query for the names of the text, and only where functions
 * of users are found one for those that their bodies add. What lies deeper is not asked for, and so not known.
 * @param trees of all statements
 */
export async function readNameFacts(session: Session, trees: readonly unknown[]): Promise<NameFacts> {
  const asked = new Set<string>();
  const functions: ReachedFunction[] = [];
  let names = trees.flatMap(decidingNames);
  for (let depth = 0; names.length > 0 && depth < DEEPEST; depth += 1) {
    const found = await readReached(session, names);
    functions.push(...found);
    for (const name of names) asked.add(keyOf(name));
    names = found
      .flatMap(({ definition }) => (definition === null ? [] : namesOfBody(definition)))
      .filter((name) => !asked.has(keyOf(name)));
  }
  const [row] = await session.query<{ powers: string[] }>(POWERS);
  return { asked, functions, rolePowers: row?.powers ?? ['unknown'] };
}

interface Row extends Omit<ReachedFunction, 'by'> {
  readonly kind: DecidingName['kind'] | null;
  readonly askedSchema: string | null;
  readonly askedName: string | null;
}

async function readReached(session: Session, names: readonly DecidingName[]): Promise<ReachedFunction[]> {
  const asked = new Map(names.map((name) => [keyOf(name), name]));
  const rows = await session.query<Row>(REACHED, [JSON.stringify([...asked.values()])]);
  return rows.map(({ kind, askedSchema, askedName, ...reached }) => ({
    ...reached,
    by: kind === null || askedName === null ? null : { kind, schema: askedSchema, name: askedName },
  }));
}

/** What a role may do that no transaction holds back. */
const POWERS = `
  SELECT ARRAY(SELECT 'superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
               UNION ALL
               SELECT 'replication' FROM pg_roles WHERE rolname = current_user AND rolreplication
               UNION ALL
               SELECT rolname::text FROM pg_roles
                WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                                  'pg_signal_backend', 'pg_signal_autovacuum_worker', 'pg_checkpoint',
                                  'pg_create_subscription', 'pg_use_reserved_connections')
                  AND pg_has_role(current_user, oid, 'MEMBER')) AS powers`;

/** Objects that initdb made have an oid below this; later ones are somebody's. */
const FIRST_NORMAL_OID = 16384;

/** Names as the search path resolves them, and the relations behind views, partitions, policies and foreign keys. */
const RELATIONS = `
  asked AS (SELECT a.kind, a.schema, a.name FROM jsonb_to_recordset($1::jsonb) AS a(kind text, schema text, name text)),
  path AS (SELECT n.oid, p.position
             FROM unnest(current_schemas(true)) WITH ORDINALITY AS p(name, position)
             JOIN pg_namespace n ON n.nspname = p.name),
  visible AS (SELECT a.*, n.oid AS namespace, 0 AS position FROM asked a JOIN pg_namespace n ON n.nspname = a.schema OR (a.schema = 'pg_temp' AND n.oid = pg_my_temp_schema())
              UNION ALL
              SELECT a.*, p.oid, p.position FROM asked a CROSS JOIN path p WHERE a.schema IS NULL),
  named AS (SELECT DISTINCT ON (v.schema, v.name) v.schema, v.name, c.oid
              FROM visible v JOIN pg_class c ON c.relnamespace = v.namespace AND c.relname = v.name
             WHERE v.kind = 'relation' ORDER BY v.schema, v.name, v.position),
  reach AS (
    SELECT schema, name, oid AS relation FROM named
    UNION
    SELECT r.schema, r.name, further.oid
      FROM reach r CROSS JOIN LATERAL (
        SELECT i.inhrelid AS oid FROM pg_inherits i WHERE i.inhparent = r.relation
        UNION ALL
        SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = r.relation
        UNION ALL
        SELECT d.refobjid FROM pg_rewrite w
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
         WHERE w.ev_class = r.relation
        UNION ALL
        SELECT d.refobjid FROM pg_policy p
          JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
         WHERE p.polrelid = r.relation
        UNION ALL
        SELECT c.conrelid FROM pg_constraint c
         WHERE c.confrelid = r.relation AND (c.confupdtype IN ('c', 'n', 'd') OR c.confdeltype IN ('c', 'n', 'd'))
      ) further),
  involved AS (SELECT DISTINCT a.atttypid AS type FROM reach r JOIN pg_attribute a ON a.attrelid = r.relation
                WHERE a.attnum > 0 AND NOT a.attisdropped
               UNION
              SELECT c.reltype FROM reach r JOIN pg_class c ON c.oid = r.relation
               UNION
               SELECT t.oid FROM visible v JOIN pg_type t ON t.typnamespace = v.namespace AND t.typname = v.name
                WHERE v.kind = 'type')`;

/** What hangs on those relations, and from which use on it acts. */
const ATTACHED = `
  attached AS (
    SELECT r.schema, r.name, 'pg_rewrite'::regclass AS classid, w.oid AS objid,
           CASE WHEN w.ev_type = '1' THEN 'read' ELSE 'write' END AS use,
           format('%s %s', CASE WHEN w.ev_type = '1' THEN 'the view' ELSE 'the rule ' || w.rulename || ' of' END, r.relation::regclass) AS through
      FROM reach r JOIN pg_rewrite w ON w.ev_class = r.relation
    UNION ALL
    SELECT r.schema, r.name, 'pg_policy'::regclass, p.oid, 'read', format('the policy %s of %s', p.polname, r.relation::regclass)
      FROM reach r JOIN pg_policy p ON p.polrelid = r.relation
    UNION ALL
    SELECT r.schema, r.name, 'pg_attrdef'::regclass, d.oid, CASE WHEN a.attgenerated = 'v' THEN 'read' ELSE 'alter' END,
           format('the column %s of %s', a.attname, r.relation::regclass)
      FROM reach r JOIN pg_attrdef d ON d.adrelid = r.relation
      JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    UNION ALL
    SELECT r.schema, r.name, 'pg_constraint'::regclass, c.oid, 'alter', format('the constraint %s of %s', c.conname, r.relation::regclass)
      FROM reach r JOIN pg_constraint c ON c.conrelid = r.relation AND c.contype IN ('c', 'x')
    UNION ALL
    SELECT r.schema, r.name, 'pg_constraint'::regclass, c.oid, 'alter', format('the domain of %s in %s', a.attname, r.relation::regclass)
      FROM reach r JOIN pg_attribute a ON a.attrelid = r.relation AND a.attnum > 0
      JOIN pg_constraint c ON c.contypid = a.atttypid
    UNION ALL
    SELECT r.schema, r.name, 'pg_class'::regclass, i.indexrelid, 'read', format('the index %s', i.indexrelid::regclass)
      FROM reach r JOIN pg_index i ON i.indrelid = r.relation
    UNION ALL
    SELECT r.schema, r.name, 'pg_statistic_ext'::regclass, s.oid, 'read', format('the statistics %s', s.stxname)
      FROM reach r JOIN pg_statistic_ext s ON s.stxrelid = r.relation
    UNION ALL
    SELECT r.schema, r.name, 'pg_class'::regclass, p.partrelid, 'read', format('the partition key of %s', r.relation::regclass)
      FROM reach r JOIN pg_partitioned_table p ON p.partrelid = r.relation),
  leads AS (SELECT a.schema, a.name, a.use, a.through, d.refclassid, d.refobjid
              FROM attached a JOIN pg_depend d ON d.classid = a.classid AND d.objid = a.objid)`;

/** Every function with the name that leads to it. */
const CANDIDATES = `
  candidate AS (
    SELECT v.kind, v.schema, v.name, 'read' AS use, 'the call of ' || v.name AS through, p.oid::oid AS function
      FROM visible v JOIN pg_proc p ON p.pronamespace = v.namespace AND p.proname = v.name
     WHERE v.kind = 'function'
    UNION ALL
    SELECT v.kind, v.schema, v.name, 'read', 'the attribute ' || v.name, p.oid
      FROM visible v JOIN pg_proc p ON p.pronamespace = v.namespace AND p.proname = v.name
      JOIN pg_type t ON t.oid = p.proargtypes[0]
     WHERE v.kind = 'attribute' AND t.typtype IN ('c', 'p') AND p.pronargs - p.pronargdefaults <= 1
    UNION ALL
    SELECT v.kind, v.schema, v.name, 'read', 'the operator ' || v.name, f.oid
      FROM visible v JOIN pg_operator o ON o.oprnamespace = v.namespace AND o.oprname = v.name
      CROSS JOIN LATERAL (VALUES (o.oprcode::oid), (o.oprrest::oid), (o.oprjoin::oid)) AS f(oid)
     WHERE v.kind = 'operator'
    UNION ALL
    SELECT NULL, NULL, NULL, 'read', format('the cast from %s to %s', c.castsource::regtype, c.casttarget::regtype), c.castfunc
      FROM pg_cast c
     WHERE c.oid >= ${FIRST_NORMAL_OID}
       AND (c.castsource < ${FIRST_NORMAL_OID} OR c.castsource IN (SELECT type FROM involved))
       AND (c.casttarget < ${FIRST_NORMAL_OID} OR c.casttarget IN (SELECT type FROM involved))
    UNION ALL
    SELECT v.kind, v.schema, v.name, 'read', 'the domain ' || v.name, d.refobjid
      FROM visible v JOIN pg_type t ON t.typnamespace = v.namespace AND t.typname = v.name
      JOIN pg_constraint c ON c.contypid = t.oid
      JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_proc'::regclass
     WHERE v.kind = 'type'
    UNION ALL
    SELECT 'relation', r.schema, r.name, 'write', format('the trigger %s of %s', t.tgname, r.relation::regclass), t.tgfoid
      FROM reach r JOIN pg_trigger t ON t.tgrelid = r.relation AND NOT t.tgisinternal AND t.tgenabled <> 'D'
    UNION ALL
    SELECT 'relation', l.schema, l.name, l.use, l.through, l.refobjid
      FROM leads l WHERE l.refclassid = 'pg_proc'::regclass
    UNION ALL
    SELECT 'relation', l.schema, l.name, l.use, l.through, f.oid
      FROM leads l JOIN pg_operator o ON l.refclassid = 'pg_operator'::regclass AND o.oid = l.refobjid
      CROSS JOIN LATERAL (VALUES (o.oprcode::oid), (o.oprrest::oid), (o.oprjoin::oid)) AS f(oid)
    UNION ALL
    SELECT 'relation', l.schema, l.name, l.use, l.through, s.amproc::oid
      FROM leads l JOIN pg_opclass o ON l.refclassid = 'pg_opclass'::regclass AND o.oid = l.refobjid
      JOIN pg_amproc s ON s.amprocfamily = o.opcfamily)`;

const REACHED = `
  WITH RECURSIVE ${RELATIONS}, ${ATTACHED}, ${CANDIDATES}
  SELECT DISTINCT c.kind, c.schema AS "askedSchema", c.name AS "askedName", c.use, c.through,
         n.nspname::text AS schema, p.proname::text AS name, l.lanname::text AS language, l.lanpltrusted AS trusted,
         p.prosecdef AS "securityDefiner",
         o.origin,
         CASE WHEN o.origin <> 'server' AND p.prokind IN ('f', 'p') AND l.lanname IN ('sql', 'plpgsql')
              THEN pg_get_functiondef(p.oid) END AS definition
    FROM candidate c
    JOIN pg_proc p ON p.oid = c.function
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    CROSS JOIN LATERAL (
      SELECT CASE WHEN p.oid < ${FIRST_NORMAL_OID} THEN 'server'
                  WHEN EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
                  THEN 'extension' ELSE 'user' END AS origin) o
   WHERE o.origin = 'user' OR c.kind = 'function'`;
