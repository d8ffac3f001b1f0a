import type { Session } from '../session.ts';

/** A relation that a statement reads, itself or by its views. */
export interface ReachedRelation {
  /** As the session would have to write it. */
  readonly name: string;
  /** Of a view; null for everything else. */
  readonly definition: string | null;
  /** Row security shows each role its own rows. */
  readonly secured: boolean;
  /** Each session has its own. */
  readonly temporary: boolean;
  /** One of the server's catalogs and views, which say how things are at the moment. */
  readonly ofServer: boolean;
}

/** The relations and those that their views read, at any depth. */
export function readReachedRelations(session: Session, oids: readonly number[]): Promise<ReachedRelation[]> {
  return session.query<ReachedRelation>(
    `WITH RECURSIVE reached (oid) AS (
       SELECT unnest($1::oid[])
       UNION
       SELECT d.refobjid FROM reached r JOIN pg_class v ON v.oid = r.oid AND v.relkind = 'v'
         JOIN pg_rewrite w ON w.ev_class = v.oid
         JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
     )
     SELECT c.oid::regclass::text AS name, c.relrowsecurity AS secured, c.relpersistence = 't' AS temporary,
            c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AS "ofServer",
            CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END AS definition
       FROM reached JOIN pg_class c USING (oid) ORDER BY 1`,
    [oids],
  );
}
