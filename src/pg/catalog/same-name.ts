import type { Session } from '../session.ts';

/** Relations of this name in any schema of the database, as `schema.name`: what somebody may have meant. */
export async function readSameName(session: Session, name: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE lower(c.relname) = lower($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      ORDER BY 1 LIMIT 10`,
    [name],
  );
  return rows.map((row) => row.name);
}
