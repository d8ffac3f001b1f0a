import type { Session } from '../../session.ts';

/** A function or procedure of this database's users. */
export interface RoutineText {
  /** `schema.name`. */
  readonly name: string;
  readonly language: 'sql' | 'plpgsql';
  /** Its `CREATE FUNCTION` in PL/pgSQL; its statements in SQL. */
  readonly text: string;
}

/** Routines that are looked at. */
const MOST_ROUTINES = 500;

/** Routines whose body may leave something in the session; those of extensions are the extension's. */
export async function readSessionRoutines(session: Session): Promise<RoutineText[]> {
  return session.query<RoutineText>(
    `SELECT n.nspname || '.' || p.proname AS name, l.lanname::text AS language,
            CASE WHEN l.lanname = 'plpgsql' THEN pg_get_functiondef(p.oid) ELSE p.prosrc END AS text
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE l.lanname IN ('sql', 'plpgsql') AND p.prokind IN ('f', 'p')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        AND p.prosrc ~* '\\m(?:listen|set_config|temp|temporary|pg_temp|currval|lastval|\\w*advisory\\w*)\\M|\\mset\\s+(?!local)'
      ORDER BY 1 LIMIT ${MOST_ROUTINES}`,
  );
}
