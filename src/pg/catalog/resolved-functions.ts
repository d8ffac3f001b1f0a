import { withPrepared } from '../prepared.ts';
import { inRolledBack } from '../transaction.ts';
import type { Session } from '../session.ts';

/** A function as the server itself resolved it in a statement: behind operators, casts and aggregates too. */
interface ResolvedFunction {
  readonly name: string;
  readonly volatile: boolean;
  readonly aggregate: boolean;
  /** Takes or returns `real` or `double precision`. */
  readonly floats: boolean;
  /** Comes with the server. */
  readonly own: boolean;
}

export interface ResolvedStatement {
  readonly parameterTypes: readonly string[];
  readonly functions: readonly ResolvedFunction[];
  /** The queries of the views that it reads, at any depth. */
  readonly views: readonly string[];
}

/**
 * Has the server analyse a statement as the body of a temporary function, which is not kept, and reads the functions from
 * the tree that it made of it. Runs outside of a transaction.
 */
export function readResolvedStatement(session: Session, sql: string): Promise<ResolvedStatement> {
  return inRolledBack(session, async () => {
    const parameterTypes = await withPrepared(session, sql, ({ types }) => Promise.resolve(types));
    await session.query(
      `CREATE FUNCTION pg_temp.pitstop_statement(${parameterTypes.join(', ')}) RETURNS SETOF record LANGUAGE sql BEGIN ATOMIC ${sql}\n; END`,
    );
    const [row] = await session.query<Omit<ResolvedStatement, 'parameterTypes'>>(FUNCTIONS);
    return { parameterTypes, functions: row?.functions ?? [], views: row?.views ?? [] };
  });
}

/** In a tree of the server a function is `:funcid 1234`, `:opfuncid`, `:aggfnoid` or `:winfnoid`. */
const FUNCTIONS = `
  WITH RECURSIVE body (tree, relation) AS (
    SELECT prosqlbody::text, NULL::oid FROM pg_proc WHERE oid = 'pg_temp.pitstop_statement'::regproc
    UNION
    SELECT r.ev_action::text, v.oid
      FROM body CROSS JOIN LATERAL regexp_matches(body.tree, ':relid (\\d+)', 'g') AS found
      JOIN pg_class v ON v.oid = found[1]::oid AND v.relkind = 'v' AND v.oid >= 16384
      JOIN pg_rewrite r ON r.ev_class = v.oid AND r.rulename = '_RETURN'
  ), called AS (
    SELECT DISTINCT found[1]::oid AS oid
      FROM body CROSS JOIN LATERAL regexp_matches(body.tree, ':(?:func|opfunc|aggfno|winfno)id (\\d+)', 'g') AS found
  )
  SELECT (SELECT coalesce(json_agg(json_build_object(
                   'name', p.proname, 'volatile', p.provolatile = 'v', 'aggregate', p.prokind = 'a', 'own', p.oid < 16384,
                   'floats', p.prorettype IN ('float4'::regtype, 'float8'::regtype)
                             OR p.proargtypes::oid[] && ARRAY['float4'::regtype, 'float8'::regtype]::oid[]) ORDER BY p.oid), '[]')
            FROM called JOIN pg_proc p ON p.oid = called.oid) AS functions,
         ARRAY(SELECT DISTINCT pg_get_viewdef(relation) FROM body WHERE relation IS NOT NULL) AS views`;
