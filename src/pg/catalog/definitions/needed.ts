import type { Session } from '../../session.ts';

/** What a statement names besides its relations, whatever schema it has: looked up among what is not the server's own. */
export interface NamedInStatement {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  readonly types: readonly string[];
}

/** Everything that has to exist for relations to be rebuilt somewhere else, by object id. */
export interface Needed {
  /** Tables, partitions, views, sequences, composite types; materialized and foreign ones among them. */
  readonly relations: readonly number[];
  readonly types: readonly number[];
  readonly functions: readonly number[];
  readonly collations: readonly number[];
  readonly extensions: readonly number[];
  /** What nobody can rebuild here, as the server describes it. */
  readonly others: readonly string[];
}

/**
 * Follows what the catalog records of dependencies: from relations to what they use, and to what belongs to them
 * (defaults, constraints, indexes, statistics, partitions and children, the queries of views, triggers where asked).
 * Foreign keys are not followed: whoever wants the table behind one names it.
 */
export async function readNeeded(
  session: Session,
  relations: readonly number[],
  named: NamedInStatement,
  { triggers }: { readonly triggers: boolean },
): Promise<Needed> {
  const [row] = await session.query<Needed>(NEEDED, [
    relations,
    named.functions,
    named.operators,
    named.types,
    triggers,
  ]);
  if (row === undefined) throw new Error('an aggregate returned no row');
  return row;
}

/** Object ids below this are the server's own (`FirstNormalObjectId`). */
const FIRST_NORMAL = 16_384;

const NEEDED = `
  WITH RECURSIVE seed (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, oid FROM unnest($1::oid[]) AS oid
    UNION SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proname = ANY ($2::text[]) AND oid >= ${FIRST_NORMAL}
    UNION SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprname = ANY ($3::text[]) AND oid >= ${FIRST_NORMAL}
    UNION SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typname = ANY ($4::text[]) AND oid >= ${FIRST_NORMAL}
  ), needed (classid, objid) AS (
    SELECT classid, objid FROM seed
    UNION
    SELECT found.classid, found.objid
      FROM needed n
     CROSS JOIN LATERAL (
       SELECT d.refclassid AS classid, d.refobjid AS objid
         FROM pg_depend d
        WHERE d.classid = n.classid AND d.objid = n.objid AND d.refobjid >= ${FIRST_NORMAL}
          AND d.refclassid <> 'pg_namespace'::regclass
          -- Partitions, their indexes and owned sequences depend on relations that nobody asked for.
          AND NOT (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass)
          -- What an extension brings is not looked into.
          AND (d.deptype = 'e' OR NOT EXISTS (
                SELECT FROM pg_depend e WHERE e.classid = n.classid AND e.objid = n.objid AND e.deptype = 'e'))
       UNION ALL
       SELECT 'pg_attrdef'::regclass, a.oid FROM pg_attrdef a WHERE n.classid = 'pg_class'::regclass AND a.adrelid = n.objid
       UNION ALL
       SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c
        WHERE c.contype IN ('c', 'p', 'u', 'x')
          AND ((n.classid = 'pg_class'::regclass AND c.conrelid = n.objid)
               OR (n.classid = 'pg_type'::regclass AND c.contypid = n.objid))
       UNION ALL
       SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i WHERE n.classid = 'pg_class'::regclass AND i.indrelid = n.objid
       UNION ALL
       SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext s WHERE n.classid = 'pg_class'::regclass AND s.stxrelid = n.objid
       UNION ALL
       SELECT 'pg_class'::regclass, h.inhrelid FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent AND p.relkind IN ('r', 'p')
        WHERE n.classid = 'pg_class'::regclass AND h.inhparent = n.objid
       UNION ALL
       SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
        WHERE n.classid = 'pg_class'::regclass AND r.ev_class = n.objid AND r.rulename = '_RETURN'
       UNION ALL
       SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t
        WHERE $5 AND n.classid = 'pg_class'::regclass AND t.tgrelid = n.objid AND NOT t.tgisinternal
       UNION ALL
       SELECT 'pg_class'::regclass, t.typrelid FROM pg_type t
        WHERE n.classid = 'pg_type'::regclass AND t.oid = n.objid AND t.typrelid <> 0
     ) AS found
  ), own AS (
    SELECT n.* FROM needed n
     WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = n.classid AND e.objid = n.objid AND e.deptype = 'e')
  )
  SELECT coalesce(array_agg(objid::int8::float8 ORDER BY objid) FILTER (WHERE classid = 'pg_class'::regclass
           AND EXISTS (SELECT FROM pg_class c WHERE c.oid = objid AND c.relkind NOT IN ('i', 'I'))), '{}') AS relations,
         coalesce(array_agg(objid::int8::float8 ORDER BY objid) FILTER (WHERE classid = 'pg_type'::regclass), '{}') AS types,
         coalesce(array_agg(objid::int8::float8 ORDER BY objid) FILTER (WHERE classid = 'pg_proc'::regclass), '{}') AS functions,
         coalesce(array_agg(objid::int8::float8 ORDER BY objid) FILTER (WHERE classid = 'pg_collation'::regclass), '{}') AS collations,
         coalesce(array_agg(objid::int8::float8 ORDER BY objid) FILTER (WHERE classid = 'pg_extension'::regclass), '{}') AS extensions,
         coalesce(array_agg(pg_describe_object(classid, objid, 0) ORDER BY objid) FILTER (WHERE classid NOT IN (
           'pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_collation'::regclass, 'pg_extension'::regclass,
           'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_statistic_ext'::regclass, 'pg_rewrite'::regclass,
           'pg_trigger'::regclass)), '{}') AS others
    FROM own`;
