import type { Session } from '../session.ts';

/** Every relation name in the given schemas, as `schema.name`: an index must not take one of them. */
export async function readTakenNames(session: Session, schemas: readonly string[]): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ANY ($1::text[])`,
    [[...new Set(schemas)]],
  );
  return rows.map(({ name }) => name);
}
