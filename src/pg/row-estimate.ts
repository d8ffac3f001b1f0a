import { parseStatements } from '../sql/parse.ts';
import { fieldsOf, isRecord, nodesOf } from '../sql/walk.ts';
import { findObject } from './catalog/object-address.ts';
import { named } from '../sql/object.ts';
import { readOnly } from './execute.ts';
import type { Session } from './session.ts';

export interface RowEstimateOptions {
  /**
   * Whether every function, operator and cast of the statement is the server's own: planning runs immutable ones, so
   * that even `EXPLAIN` would run code of somebody's. Without it nothing is sent.
   */
  readonly onlyServerCode: boolean;
  /** Milliseconds; planning takes a lock like the statement's own and may have to wait for it. */
  readonly timeoutMs: number;
}

/**
 * How many rows the planner expects one UPDATE or DELETE to touch, by `EXPLAIN` without `ANALYZE` in a read-only
 * transaction. Null for any other statement, and where its tables have indexes, policies, constraints, rules or
 * defaults with functions that are not the server's own. Needs a session without an open transaction.
 */
export async function readRowEstimate(
  session: Session,
  sql: string,
  { onlyServerCode, timeoutMs }: RowEstimateOptions,
): Promise<number | null> {
  const [statement, ...more] = parseStatements(sql);
  if (!onlyServerCode || statement === undefined || more.length > 0) return null;
  const { tree } = statement;
  if (!('UpdateStmt' in tree) && !('DeleteStmt' in tree)) return null;
  const ranges = [...nodesOf(tree)].flatMap((node) => fieldsOf(node, 'RangeVar') ?? []);
  return readOnly(session, timeoutMs, async () => {
    const oids: number[] = [];
    for (const { schemaname, relname = '' } of ranges) {
      const name = named('OBJECT_TABLE', [...(schemaname === undefined ? [] : [schemaname]), relname]);
      const address = await findObject(session, name);
      if (address === null) return null;
      oids.push(address.objectId);
    }
    const [found] = await session.query<{ plain: boolean }>(PLAIN_TABLES, [oids]);
    if (found?.plain !== true) return null;
    const [row] = await session.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (FORMAT JSON) ${statement.sql}`);
    return rowsOf(row?.['QUERY PLAN']);
  });
}

/** Of the plan below `ModifyTable`, which itself returns no rows. */
function rowsOf(plan: unknown): number | null {
  const [top] = Array.isArray(plan) ? plan : [];
  const modify = isRecord(top) ? top['Plan'] : null;
  if (!isRecord(modify) || modify['Node Type'] !== 'ModifyTable' || !Array.isArray(modify['Plans']))
    return null;
  const source: unknown = modify['Plans'].find(
    (child: unknown) => isRecord(child) && child['Parent Relationship'] === 'Outer',
  );
  const rows = isRecord(source) ? source['Plan Rows'] : null;
  return typeof rows === 'number' ? rows : null;
}

/**
 * Tables, with their children and partitions, that planning runs no code of somebody's for. The catalog records what an
 * index, a constraint, a policy, a rule or a default depends on, except for what came with the server.
 */
const PLAIN_TABLES = `
  WITH RECURSIVE relation(oid) AS (
    SELECT unnest($1::oid[])
    UNION
    SELECT h.inhrelid FROM relation r JOIN pg_inherits h ON h.inhparent = r.oid
  ), part(classid, objid) AS (
    SELECT 'pg_class'::regclass, r.oid FROM relation r
    UNION SELECT 'pg_class'::regclass, x.indexrelid FROM relation r JOIN pg_index x ON x.indrelid = r.oid
    UNION SELECT 'pg_constraint'::regclass, k.oid FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
    UNION SELECT 'pg_policy'::regclass, p.oid FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
    UNION SELECT 'pg_rewrite'::regclass, w.oid FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid
    UNION SELECT 'pg_attrdef'::regclass, a.oid FROM relation r JOIN pg_attrdef a ON a.adrelid = r.oid
    UNION SELECT 'pg_statistic_ext'::regclass, e.oid FROM relation r JOIN pg_statistic_ext e ON e.stxrelid = r.oid
  )
  SELECT (SELECT bool_and(c.relkind IN ('r', 'p')) FROM relation r JOIN pg_class c ON c.oid = r.oid)
     AND NOT EXISTS (
           SELECT FROM part JOIN pg_depend d ON d.classid = part.classid AND d.objid = part.objid
            WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)) AS plain`;
