/** How big a relation is by itself, without its partitions: they are listed on their own. */
const SIZE = `
  LEFT JOIN LATERAL (
    SELECT CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'm') THEN c.reltuples::float8 END AS rows,
           CASE WHEN c.relkind IN ('r', 'm', 't', 'i', 'S') THEN pg_total_relation_size(c.oid)::float8 END AS bytes,
           c.relkind = 'S' AS sequence, c.relnamespace = 'pg_toast'::regnamespace AS toast
      FROM pg_class c
     WHERE n.classid = 'pg_class'::regclass AND n.objsubid = 0 AND c.oid = n.objid) size ON true`;

const FACTS = `i.type, i.schema, i.name, i.identity, n.objid::int8::float8 AS oid, size.rows, size.bytes AS "sizeBytes",
  EXISTS (SELECT FROM pg_constraint k WHERE n.classid = 'pg_constraint'::regclass AND k.oid = n.objid AND k.contype = 'f') AS "foreignKey"`;

const ORDER = `ORDER BY i.type COLLATE "C", i.identity COLLATE "C", n.objid, n.objsubid`;

/**
 * The closure of `DROP` as the server finds it (its dependency.c): whatever depends on an object goes with it, and where
 * that is only a part of something (a view's rule, a member of an extension, the column of a partition key) the whole
 * goes instead. Dependencies other than normal ones go along without being asked; an object that none of them reaches
 * needs `CASCADE`. What is itself part of something that stays cannot be dropped at all.
 *
 * `$1` `$2` `$3` are what the statement names, `$4` `$5` `$6` what it takes by other ways, `$7` is `CASCADE`.
 */
export const DEPENDENTS = `
  WITH RECURSIVE asked(classid, objid, objsubid) AS (
    SELECT * FROM unnest($1::oid[], $2::oid[], $3::int[])
  ), taken(classid, objid, objsubid) AS (
    SELECT * FROM unnest($4::oid[], $5::oid[], $6::int[])
  ), seed AS (
    SELECT * FROM asked UNION SELECT * FROM taken
  ), node(classid, objid, objsubid) AS (
    SELECT * FROM seed
    UNION
    SELECT next.classid, next.objid, next.objsubid
      FROM node n LEFT JOIN seed s ON (s.classid, s.objid, s.objsubid) = (n.classid, n.objid, n.objsubid)
     CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, d.objsubid
          FROM pg_depend d
         WHERE d.refclassid = n.classid AND d.refobjid = n.objid AND (n.objsubid = 0 OR d.refobjsubid = n.objsubid)
           AND NOT (d.classid = n.classid AND d.objid = n.objid AND (n.objsubid = 0 OR d.objsubid = n.objsubid))
        UNION ALL
        SELECT d.refclassid, d.refobjid, d.refobjsubid
          FROM pg_depend d
         WHERE d.classid = n.classid AND d.objid = n.objid AND (n.objsubid = 0 OR d.objsubid = n.objsubid)
           AND d.deptype IN ('i', 'e')
           AND NOT (d.refclassid = n.classid AND d.refobjid = n.objid AND n.objsubid = 0)
           AND s.objid IS NULL
      ) next
  ), gone AS (
    -- A column goes with its table.
    SELECT n.*, EXISTS (SELECT FROM asked s WHERE (s.classid, s.objid, s.objsubid) = (n.classid, n.objid, n.objsubid)) AS asked,
           EXISTS (SELECT FROM taken s WHERE (s.classid, s.objid, s.objsubid) = (n.classid, n.objid, n.objsubid)) AS taken
      FROM node n
     WHERE n.objsubid = 0 OR NOT EXISTS (SELECT FROM node w WHERE w.classid = n.classid AND w.objid = n.objid AND w.objsubid = 0)
  ), held AS (
    -- Part of something that stays: it may only go where that is named too, or, for what belongs to a partition, goes too.
    SELECT d.refclassid AS classid, d.refobjid AS objid, d.refobjsubid AS objsubid
      FROM seed s JOIN pg_depend d ON d.classid = s.classid AND d.objid = s.objid AND (s.objsubid = 0 OR d.objsubid = s.objsubid)
     WHERE d.deptype IN ('i', 'e')
       AND NOT (d.refclassid = s.classid AND d.refobjid = s.objid AND s.objsubid = 0)
       AND NOT EXISTS (SELECT FROM seed w WHERE w.classid = d.refclassid AND w.objid = d.refobjid AND w.objsubid IN (0, d.refobjsubid))
    UNION
    SELECT d.refclassid, d.refobjid, d.refobjsubid
      FROM node s JOIN pg_depend d ON d.classid = s.classid AND d.objid = s.objid AND d.deptype = 'P'
     WHERE NOT EXISTS (
             SELECT FROM pg_depend o JOIN node w ON w.classid = o.refclassid AND w.objid = o.refobjid AND w.objsubid IN (0, o.refobjsubid)
              WHERE o.classid = s.classid AND o.objid = s.objid AND o.deptype IN ('P', 'S'))
  ), reached AS (
    SELECT n.classid, n.objid, n.objsubid, bool_or(d.deptype <> 'n') AS unasked, bool_or(d.deptype IN ('i', 'P')) AS internal
      FROM gone n
      JOIN pg_depend d ON (d.classid, d.objid, d.objsubid) = (n.classid, n.objid, n.objsubid)
      JOIN node w ON w.classid = d.refclassid AND w.objid = d.refobjid AND w.objsubid IN (0, d.refobjsubid)
                 AND NOT (w.classid = n.classid AND w.objid = n.objid AND w.objsubid IN (0, n.objsubid))
     GROUP BY n.classid, n.objid, n.objsubid
  ), found AS (
    SELECT n.classid, n.objid, n.objsubid, coalesce(reached.internal, false) AS internal,
           CASE WHEN n.taken OR reached.unasked THEN 'along' WHEN $7::boolean THEN 'cascaded' ELSE 'blocking' END AS how
      FROM gone n LEFT JOIN reached USING (classid, objid, objsubid)
     WHERE NOT n.asked
    UNION ALL
    SELECT h.classid, h.objid, h.objsubid, false, 'blocking' FROM held h
  )
  SELECT ${FACTS}, n.how, coalesce(n.internal AND NOT coalesce(size.sequence, false), false) OR coalesce(size.toast, false) AS internal
    FROM found n CROSS JOIN LATERAL pg_identify_object(n.classid, n.objid, n.objsubid) i ${SIZE}
   WHERE i.identity IS NOT NULL
   ${ORDER}`;

/** `DROP OWNED` drops what the roles own in this database. */
export const OWNED_OBJECTS = `
  SELECT d.classid::int8::float8 AS "classId", d.objid::int8::float8 AS "objectId", d.objsubid AS "subId"
    FROM pg_shdepend d
   WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = ANY ($1::oid[]) AND d.deptype = 'o'
     AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The columns and constraints that children only have from the parents that lose them: no dependency says so. */
export const SAME_IN_CHILDREN = `
  WITH RECURSIVE
  lost_column(relation, attname) AS (
    SELECT a.attrelid, a.attname
      FROM unnest($1::oid[], $2::oid[], $3::int[]) AS s(classid, objid, objsubid)
      JOIN pg_attribute a ON s.classid = 'pg_class'::regclass AND a.attrelid = s.objid AND a.attnum = s.objsubid AND s.objsubid <> 0
    UNION
    SELECT a.attrelid, a.attname
      FROM lost_column l JOIN pg_inherits h ON h.inhparent = l.relation
      JOIN pg_attribute a ON a.attrelid = h.inhrelid AND a.attname = l.attname
     WHERE a.attinhcount = 1 AND NOT a.attislocal
  ), lost_constraint(oid, relation, conname) AS (
    SELECT k.oid, k.conrelid, k.conname
      FROM unnest($1::oid[], $2::oid[]) AS s(classid, objid)
      JOIN pg_constraint k ON s.classid = 'pg_constraint'::regclass AND k.oid = s.objid AND k.contype IN ('c', 'n')
    UNION
    SELECT k.oid, k.conrelid, k.conname
      FROM lost_constraint l JOIN pg_inherits h ON h.inhparent = l.relation
      JOIN pg_constraint k ON k.conrelid = h.inhrelid AND k.conname = l.conname
     WHERE k.coninhcount = 1 AND NOT k.conislocal
  )
  SELECT 'pg_class'::regclass::oid::int8::float8 AS "classId", l.relation::int8::float8 AS "objectId", a.attnum::int AS "subId"
    FROM lost_column l JOIN pg_attribute a ON a.attrelid = l.relation AND a.attname = l.attname
   WHERE (a.attrelid, a.attnum) NOT IN (SELECT * FROM unnest($2::oid[], $3::int[]))
  UNION ALL
  SELECT 'pg_constraint'::regclass::oid::int8::float8, l.oid::int8::float8, 0
    FROM lost_constraint l WHERE l.oid <> ALL ($2::oid[])`;

/** What keeps a role from being dropped; there is no `CASCADE` for roles. Of other databases only how much. */
export const ROLE_DEPENDENTS = `
  WITH role(oid) AS (
    SELECT s.objid FROM unnest($1::oid[], $2::oid[]) AS s(classid, objid) WHERE s.classid = 'pg_authid'::regclass
  ), n AS (
    SELECT DISTINCT d.dbid, d.classid, d.objid, d.objsubid
      FROM pg_shdepend d JOIN role ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = role.oid
  ), here AS (
    SELECT * FROM n WHERE dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  )
  SELECT * FROM (
    SELECT ${FACTS}, 'blocking' AS how, false AS internal
      FROM here n CROSS JOIN LATERAL pg_identify_object(n.classid, n.objid, n.objsubid) i ${SIZE}
     WHERE i.identity IS NOT NULL
     ${ORDER}) local
  UNION ALL
  SELECT 'objects in another database', NULL, d.datname, format('%s of %I', count(*), d.datname), d.oid::int8::float8, NULL, NULL, false, 'blocking', false
    FROM n JOIN pg_database d ON d.oid = n.dbid WHERE n.dbid NOT IN (SELECT dbid FROM here)
     AND d.datname <> current_database()
   GROUP BY d.oid, d.datname`;

/**
 * The tables that `TRUNCATE` empties beside those that it names: their children and partitions, and with `CASCADE`
 * whatever refers to them by a foreign key, and so on. A reference to a partition is a part of one to its parent.
 * `$1` are the tables, `$2` is `CASCADE`.
 */
export const TRUNCATED_ALONG = `
  WITH RECURSIVE named(oid) AS (
    SELECT unnest($1::oid[])
    UNION
    SELECT h.inhrelid FROM named p JOIN pg_inherits h ON h.inhparent = p.oid
  ), reached(oid, emptied) AS (
    SELECT oid, true FROM named
    UNION
    SELECT next.oid, next.emptied
      FROM reached r JOIN pg_constraint k ON k.confrelid = r.oid AND k.contype = 'f'
      CROSS JOIN LATERAL (
        SELECT k.conrelid, true
        UNION ALL SELECT p.confrelid, false FROM pg_constraint p WHERE p.oid = k.conparentid) AS next(oid, emptied)
  ), n AS (
    SELECT DISTINCT 'pg_class'::regclass::oid AS classid, r.oid AS objid, 0 AS objsubid, r.oid IN (SELECT oid FROM named) AS child
      FROM reached r WHERE r.emptied AND r.oid <> ALL ($1::oid[])
  )
  SELECT ${FACTS}, CASE WHEN n.child THEN 'along' WHEN $2::boolean THEN 'cascaded' ELSE 'blocking' END AS how, false AS internal
    FROM n CROSS JOIN LATERAL pg_identify_object(n.classid, n.objid, n.objsubid) i ${SIZE}
   WHERE i.identity IS NOT NULL
   ${ORDER}`;

/**
 * The tables whose rows a DELETE takes along by `ON DELETE CASCADE`, and so on from them. A partition takes part in the
 * foreign keys of its parent, so the named tables' children count as named.
 */
export const DELETED_ALONG = `
  WITH RECURSIVE named(oid) AS (
    SELECT unnest($1::oid[])
    UNION
    SELECT h.inhrelid FROM named p JOIN pg_inherits h ON h.inhparent = p.oid
  ), reached(oid) AS (
    SELECT oid FROM named
    UNION
    SELECT k.conrelid FROM reached r JOIN pg_constraint k ON k.confrelid = r.oid AND k.contype = 'f' AND k.confdeltype = 'c'
  ), n AS (
    SELECT DISTINCT 'pg_class'::regclass::oid AS classid, k.conrelid AS objid, 0 AS objsubid
      FROM reached r JOIN pg_constraint k ON k.confrelid = r.oid AND k.contype = 'f' AND k.confdeltype = 'c'
      JOIN pg_class c ON c.oid = k.conrelid AND NOT c.relispartition
  )
  SELECT ${FACTS}, 'deletedRows' AS how, false AS internal
    FROM n CROSS JOIN LATERAL pg_identify_object(n.classid, n.objid, n.objsubid) i ${SIZE}
   WHERE i.identity IS NOT NULL
   ${ORDER}`;
